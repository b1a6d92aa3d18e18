import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { realClock } from './adapters/clock/real-clock.ts';
import { run } from './run.ts';

const nobody = 65_534;
const isRoot = process.geteuid?.() === 0;
let folder: string;
let data: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lw-run-'));
  chmodSync(folder, 0o711);
  data = join(folder, 'data');
  mkdirSync(data);
  const write = (name: string, content: object) => {
    writeFileSync(join(data, name), JSON.stringify(content), { mode: 0o600 });
    if (isRoot) chownSync(join(data, name), nobody, nobody);
  };
  write('locker.key', { lockerId: 'gb-testlock', lockerKey: 'k'.repeat(43) });
  const cabinet = {
    lines: [{ name: 'lock', url: join(folder, 'no-such-line') }],
    boards: [{ name: 'a', profile: 'bcc8a', line: 'lock', address: 1, channels: 8 }],
    slots: [{ number: 1, board: 'a', channel: 1, size: 'S' }],
  };
  write('agent.json', { brokerUrl: 'mqtt://127.0.0.1:1', kioskPort: 0, cabinet });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** As whom no permission is waived for. `act` has done its work when it returns, before any of its promises settles. */
function asOrdinaryUser<Result>(act: () => Result): Result {
  if (!isRoot) return act();
  process.seteuid?.(nobody);
  try {
    return act();
  } finally {
    process.seteuid?.(0);
  }
}

const start = () => run({ folder: data, clock: realClock(), logger: pino({ enabled: false }) });

// An owner gives itself the right again, so it takes another user to lack it.
it.skipIf(!isRoot)(
  'refuses a folder that it cannot write, in plain words, and leaves nothing there',
  async () => {
    await expect(asOrdinaryUser(start)).rejects.toMatchObject({
      code: 'folder',
      message: expect.stringMatching(/^cannot write in the data folder .*--data$/),
    });
    expect(readdirSync(data).sort()).toEqual(['agent.json', 'locker.key']);
  },
);

it('refuses a folder that it cannot look into, in plain words', async () => {
  chmodSync(data, 0o000);
  await expect(asOrdinaryUser(start)).rejects.toMatchObject({
    code: 'config',
    message: expect.stringMatching(/^cannot read .*locker\.key/),
  });
  chmodSync(data, 0o755);
  expect(readdirSync(data).sort()).toEqual(['agent.json', 'locker.key']);
});
