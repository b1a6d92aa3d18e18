import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { it } from 'vitest';
import { badge, parcel } from './enrolled-folder.ts';
import { startLocker, type WholeLocker } from './testing.ts';

const program = join(dirname(fileURLToPath(import.meta.resolve('@latchwork/agent'))), 'main.ts');

/** `agent doors` as a technician runs it, beside the agent. */
async function doors({ data }: WholeLocker, words: string) {
  const args = [program, 'doors', ...words.split(' ').filter(Boolean), '--data', data];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, err, lines: out.trim().split('\n') };
}

function shutOnceOpen({ cabinet }: WholeLocker, door: number): void {
  cabinet.onRecord((entry) => {
    if (entry.kind === 'opened' && entry.door === door) void cabinet.pushShut(door);
  });
}

it.concurrent('opens a door of the cabinet from the terminal, and tells what truly happened', async ({
  expect,
}) => {
  const locker = await startLocker();
  shutOnceOpen(locker, 3);
  const { code, lines } = await doors(locker, 'open 3');
  // A busy machine may read its line so late that the door is unknown for a moment.
  const told = lines.filter((line) => !line.startsWith('not seen'));
  expect([code, told]).toEqual([
    0,
    [
      "asked: slot 3, written down as a technician's",
      expect.stringMatching(/^pulsed \(attempt 1\), and the board acknowledged it$/),
      expect.stringMatching(/^opened/),
      'closed',
    ],
  ]);
  expect((await doors(locker, '')).lines.find((line) => line.startsWith('3 '))).toContain('closed');
  await locker.stop();
});

it.concurrent('says that a jammed door did not open, and shows its slot out of service', async ({
  expect,
}) => {
  const locker = await startLocker();
  await locker.cabinet.changeDoorFaults(4, { jam: 'forGood' });
  const { code, lines } = await doors(locker, 'open 4');
  expect(code).toBe(1);
  expect(lines).toContain('stuck: it did not open after 3 pulses');
  expect(lines).not.toContain('opened');
  expect((await doors(locker, '')).lines.find((line) => line.startsWith('4 '))).toContain('out: stuck');
  await locker.stop();
});

it.concurrent('leaves a courier’s slot alone', async ({ expect }) => {
  const locker = await startLocker();
  await locker.cabinet.scan(badge);
  await locker.see(({ screen }) => screen.name === 'courierReady');
  await locker.cabinet.scan(parcel.barcode);
  await locker.see(({ screen }) => screen.name === 'doorOpen');
  const { code, lines } = await doors(locker, `open ${parcel.slot}`);
  expect([code, lines]).toEqual([1, [expect.stringContaining('a courier is using slot 2')]]);
  await locker.stop();
});
