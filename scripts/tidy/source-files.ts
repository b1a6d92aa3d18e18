import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../test/run-program.ts';

export interface SourceFile {
  /** Relative to the root folder. */
  path: string;
  text: string;
}

const notOurs = [
  '**/node_modules/**',
  '.git/**',
  '.tools/**',
  '.latchwork/**',
  '**/dist/**',
  '**/coverage/**',
];

/** The project's own files that match one of the patterns, in a stable order. */
export function sourceFiles(...patterns: string[]): SourceFile[] {
  return globSync(patterns, { cwd: root, exclude: notOurs })
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}
