import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A data folder as after enrolment, of a locker whose boards and whose server nobody answers for. */
export function enrolledFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const key = { lockerId: 'gb-testlock', lockerKey: 'k'.repeat(43) };
  const cabinet = {
    lines: [{ name: 'lock', url: 'tcp://127.0.0.1:1' }],
    boards: [{ name: 'a', profile: 'bcc8a', line: 'lock', address: 1, channels: 8 }],
    slots: [{ number: 1, board: 'a', channel: 1, size: 'S' }],
  };
  const config = { brokerUrl: 'mqtt://127.0.0.1:1', cabinet };
  writeFileSync(join(folder, 'locker.key'), JSON.stringify(key), { mode: 0o600 });
  writeFileSync(join(folder, 'agent.json'), JSON.stringify(config), { mode: 0o600 });
}
