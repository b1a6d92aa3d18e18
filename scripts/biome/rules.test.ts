import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../test/run-program.ts';

/**
 * Files that break our own rules on the lines that say so, and nowhere else. `// bad` stands for the rule
 * that the table names.
 */
const probes: Record<string, Record<string, string>> = {
  'style/noRestrictedImports': {
    'shared/a.ts': `import './b.ts'; import 'zod';
      import '../agent/ports/clock.ts'; // bad
      import '@latchwork/server'; // bad`,
    'agent/core/a.ts': `import '@latchwork/shared'; import './doors/b.ts';
      import 'node:fs'; // bad
      import 'zod'; // bad
      import '../ports/clock.ts'; // bad
      import type { A } from '../loop.ts'; // bad
      await import('@latchwork/server'); // bad`,
    'agent/core/doors/a.ts': `import '../state.ts'; import '../people/b.ts';
      export { a } from '../../ports/clock.ts'; // bad
      import '../../main.ts'; // bad
      import 'vitest'; // bad`,
    'agent/core/doors/a.test.ts': `import 'vitest'; import 'fast-check'; import './a.ts';
      import 'node:fs'; // bad
      import '../../adapters/clock/real.ts'; // bad`,
    'agent/ports/a.ts': `import '../core/state.ts'; import './b.ts'; import '@latchwork/shared';
      import '../adapters/clock/real.ts'; // bad
      import '../main.ts'; // bad`,
    'agent/adapters/clock/a.ts': `import '../../ports/clock.ts'; import '../../core/state.ts'; import 'node:fs';
      import '../../loop.ts'; // bad
      import '@latchwork/hardware-sim'; // bad`,
    'agent/main.ts': `import './adapters/clock/real.ts'; import './core/decide.ts';
      import '@latchwork/server'; // bad
      import '../server/clock.ts'; // bad`,
    'agent/kiosk/a.tsx': `import '@latchwork/shared'; import './b.tsx';
      import '../adapters/clock/real.ts'; // bad
      import '@latchwork/server'; // bad`,
    'server/main.ts': `import './booking/index.ts'; import './clock.ts';
      import './booking/book.ts'; // bad
      import '@latchwork/agent'; // bad`,
    'server/booking/a.ts': `import './b.ts'; import '../clock.ts'; import '../plan/index.ts'; import '../ledger/index.ts';
      import '../plan/revision.ts'; // bad
      import '../http/index.ts'; // bad
      import '@latchwork/agent'; // bad
      import '../../agent/main.ts'; // bad`,
    'server/booking/deep/a.ts': `import '../b.ts'; import '../../clock.ts'; import '../../plan/index.ts';
      import '../../plan/revision.ts'; // bad
      import '../../ops/index.ts'; // bad
      import '../../../agent/main.ts'; // bad`,
    'server/ledger/a.ts': `import '../database/index.ts'; import '../database/testing.ts';
      import '../database/connect.ts'; // bad
      import '../booking/index.ts'; // bad`,
    'server/http/a.ts': `import '../booking/index.ts'; import '../ops/index.ts';
      import '../booking/book.ts'; // bad`,
    'server/http/routes/a.ts': `import '../../booking/index.ts';
      import '../../booking/book.ts'; // bad`,
    'hardware-sim/boards/a.ts': `import '../bus/line.ts'; import '@latchwork/shared';
      import '@latchwork/agent'; // bad
      import '../world/main.ts'; // bad
      import '../../agent/adapters/lock-board/bcc8a.ts'; // bad`,
    'hardware-sim/scenarios/a.ts': `import '@latchwork/agent'; import '../boards/b.ts';
      import '../../agent/contracts/lock-board.contract.ts';
      import '../../agent/loop.ts'; // bad`,
    'scripts/bench/a.ts': `import '@latchwork/agent'; import '../tools.ts';
      import '../../agent/loop.ts'; // bad`,
  },
  'style/noRestrictedGlobals': {
    'agent/loop.ts': `setTimeout(() => {}, 5); // bad
      setInterval(() => {}, 5); // bad
      export const later = setImmediate; // bad
      declare const clock: { setTimeout(): void }; clock.setTimeout();`,
    'server/clock.ts': 'setTimeout(() => {}, 5);',
    'server/booking/a.test.ts': 'setTimeout(() => {}, 5);',
    'agent/kiosk/main.tsx': 'setTimeout(() => {}, 5);',
  },
  plugin: {
    'agent/loop.ts': `export const a = Date.now(); // bad
      export const b = Date.now; // bad
      export const c = new Date(); // bad
      export const d = new Date; // bad
      export const e = Date(); // bad
      export const f = Math.random(); // bad
      export const g = crypto.randomUUID(); // bad
      export const h = performance.now(); // bad
      export const i = process.hrtime.bigint(); // bad
      export const j = globalThis.setTimeout; // bad
      import { createHash, randomBytes } from 'node:crypto'; // bad
      import { setTimeout } from 'node:timers/promises'; // bad
      export type K = import('./main.ts').Main; // bad
      import { createHmac } from 'node:crypto'; export const l = new Date(5); export const m = Math.max(1);`,
    'agent/adapters/clock/real.ts': 'export const a = Date.now();',
    'agent/adapters/random/real.ts': 'export const a = Math.random();',
    'agent/adapters/store/sqlite.ts': 'export const a = Date.now(); // bad',
    'server/clock.ts': 'export const a = Date.now();',
    'server/random.ts': 'export const a = Math.random();',
    'server/events/clock.ts': 'export const a = Date.now(); // bad',
    'hardware-sim/clock.ts': 'export const a = new Date();',
    'hardware-sim/world/a.test.ts': 'export const a = Math.random();',
    'hardware-sim/panel/page/main.tsx': 'export const a = Date.now();',
    'scripts/bench/a.ts': 'export const a = performance.now();',
    'shared/a.ts': 'export const a = Date.now(); // bad',
  },
  'suspicious/noImportCycles': {
    'server/booking/a.ts': `import type { B } from './b.ts'; // bad
      export interface A { b: B }`,
    'server/booking/b.ts': `import type { A } from './a.ts'; // bad
      export interface B { a: A }`,
    'server/booking/c.ts': `import type { A } from './a.ts'; export type C = A;`,
  },
  'complexity/noExcessiveLinesPerFunction': {
    'agent/a.ts': `export function a() { // bad\n${'  b();\n'.repeat(71)}}`,
    'agent/b.ts': `export function b() {\n${'  c();\n'.repeat(70)}}`,
    'agent/b.test.ts': `export function b() {\n${'  c();\n'.repeat(90)}}`,
  },
  'nursery/noFloatingPromises': {
    'agent/a.ts': `async function work() {}
      work(); // bad
      await work();`,
  },
  'style/useFilenamingConvention': {
    'server/bookingRules.ts': '// bad',
    'server/booking-rules.ts': '',
    'server/booking-rules.test.ts': '',
  },
  'correctness/noUndeclaredDependencies': {
    'agent/a.ts': `import 'zod';
      import 'kysely'; // bad`,
    'agent/a.test.ts': `import 'vitest';`,
  },
};

describe('biome.json', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchwork-biome-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(Object.entries(probes))('%s', (rule, files) => {
    const checkout = join(folder, rule);
    for (const path of ['biome.json', 'package.json', '.gitignore', 'scripts/biome', 'agent/package.json']) {
      cpSync(join(root, path), join(checkout, path), { recursive: true });
    }
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(checkout, path)), { recursive: true });
      writeFileSync(join(checkout, path), text);
    }
    const marked = Object.entries(files).flatMap(([path, text]) =>
      text.split('\n').flatMap((line, at) => (line.includes('// bad') ? [`${path}:${at + 1}`] : [])),
    );
    expect(lint(checkout, rule).sort()).toEqual(marked.sort());
  });
});

/** Where Biome reports an error of the rule, as `path:line`. */
function lint(checkout: string, rule: string): string[] {
  const biome = join(root, 'node_modules/.bin/biome');
  const args = ['lint', '--reporter=json', '--max-diagnostics=none', '.'];
  const { stdout } = spawnSync(biome, args, { cwd: checkout, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: {
      category: string;
      severity: string;
      location: { path: string; start: { line: number } };
    }[];
  };
  const found = diagnostics
    .filter(({ category, severity }) => category.endsWith(rule) && severity === 'error')
    .map(({ location }) => `${location.path}:${location.start.line || 1}`);
  return [...new Set(found)];
}
