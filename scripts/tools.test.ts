import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findTools, missingTools } from './tools.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchwork-tools-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, mode: number): string {
  const path = join(folder, name);
  writeFileSync(path, '#!/bin/sh\n', { mode });
  return path;
}

test('finds programs by any of their names, along the whole path', () => {
  const socat = program('socat', 0o755);
  const chromium = program('chromium-browser', 0o755);
  expect(findTools(['/nowhere', '', folder].join(delimiter))).toMatchObject({ socat, chromium });
});

test('a file that cannot be run, or a folder of that name, is no program', () => {
  program('socat', 0o644);
  mkdirSync(join(folder, 'chromium'));
  expect(findTools(folder)).toMatchObject({ socat: null, chromium: null });
});

test('says how to install what is missing, and nothing about the rest', () => {
  expect(
    missingTools({ ...findTools(folder), chromium: '/bin/chromium', shellcheck: '/bin/shellcheck' }),
  ).toEqual(['skipped: socat (apt-get install socat)', 'skipped: systemd-notify (apt-get install systemd)']);
});
