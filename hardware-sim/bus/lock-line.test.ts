import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Bcc8aConfig } from '../boards/board-config.ts';
import { type LockLineFaults, noLockLineFaults } from '../cabinet/faults.ts';
import { realClock } from '../clock.ts';
import { openLockLine } from './lock-line.ts';

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Boards 1 and 2, of 8 channels each, on one TCP line, and a host that speaks hex. */
async function lineWithTwoBoards(faults: Partial<LockLineFaults> = {}) {
  const pulses: string[] = [];
  const line = await openLockLine({
    clock: realClock(),
    name: 'lock',
    place: { kind: 'tcp', port: 0 },
    baud: 9600,
    boards: [1, 2].map((address) => Bcc8aConfig.parse({ address, channels: 8 })),
    faults: { ...noLockLineFaults(), ...faults },
    wiring: {
      contactShorted: ({ board, channel }) => board === channel,
      energise: ({ board, channel }) => pulses.push(`${board}/${channel}`),
      inputOn: () => false,
      release: () => {},
      dropCoils: () => {},
    },
    log: () => {},
  });
  ends.push(line.stop);
  const host = await callHost(line.address);
  return { line, pulses, host };
}

async function callHost(address: string) {
  const socket: Socket = connect(Number(new URL(address).port), '127.0.0.1');
  ends.push(() => void socket.destroy());
  let heard = '';
  let changed = () => {};
  socket.on('data', (bytes) => {
    heard += bytes.toString('hex').toUpperCase();
    changed();
  });
  socket.on('error', () => {});
  const closed = new Promise<'closed'>((resolve) => socket.once('close', () => resolve('closed')));
  await Promise.race([new Promise((resolve) => socket.once('connect', resolve)), closed]);
  return {
    closed,
    say: (hex: string) => socket.write(Buffer.from(hex, 'hex')),
    /** What was heard so far, once it ends so. */
    heardUntil: (end: string) =>
      new Promise<string>((resolve) => {
        changed = () => heard.endsWith(end) && resolve(heard);
        changed();
      }),
  };
}

describe('the lock line over TCP', () => {
  it('carries both boards, each answering for itself', async () => {
    const { host, pulses } = await lineWithTwoBoards();
    host.say('80010133B3');
    await host.heardUntil('8001011191');
    host.say('80020133B0');
    await host.heardUntil('8002010083');
    host.say('8A0202119B');
    expect(await host.heardUntil('8A0202119B')).toBe('8001011191' + '8002010083' + '8A0202119B');
    expect(pulses).toEqual(['2/2']);
  });

  it('takes at least a character time for every byte, there and back', async () => {
    const { host } = await lineWithTwoBoards();
    const startMs = performance.now();
    for (let count = 0; count < 20; count += 1) host.say('80010133B3');
    await host.heardUntil('8001011191'.repeat(20));
    const characters = 20 * 5 * 2;
    expect(performance.now() - startMs).toBeGreaterThanOrEqual((characters * 10_000) / 9600 - 1);
  });

  it('tells a bystander each piece as the host hands it in', async () => {
    const { line, host } = await lineWithTwoBoards();
    const seen: string[] = [];
    const off = line.onHostBytes((bytes) => seen.push(Buffer.from(bytes).toString('hex')));
    host.say('80010133B3');
    await host.heardUntil('8001011191');
    off();
    expect(seen).toEqual(['80010133b3']);
  });
});

describe('faults of the lock line', () => {
  it('puts noise before every n-th reply', async () => {
    const { host } = await lineWithTwoBoards({ noise: { style: 'beforeReplies', everyNth: 2 } });
    host.say('80010133B3');
    await host.heardUntil('8001011191');
    host.say('80010133B3');
    expect(await host.heardUntil('FAFD99998001011191')).toBe('8001011191FAFD99998001011191');
  });

  it('flips a bit of a garbled reply', async () => {
    const { host } = await lineWithTwoBoards({ noise: { style: 'garbledReplies', everyNth: 1 } });
    host.say('80010133B3');
    expect(await host.heardUntil('95')).toBe('8001011195');
  });

  it('hears itself when it echoes', async () => {
    const { host } = await lineWithTwoBoards({ echo: true });
    host.say('80010133B3');
    expect(await host.heardUntil('8001011191')).toBe('80010133B38001011191');
  });

  it('leaves a dead board deaf and dumb, and the other one well', async () => {
    const { host, pulses } = await lineWithTwoBoards({ deadBoards: [1] });
    host.say('8A0101119B80010133B3');
    host.say('80020233B3');
    expect(await host.heardUntil('8002021191')).toBe('8002021191');
    expect(pulses).toEqual([]);
  });

  it('hangs up when it is unplugged, refuses calls, and is found at the same place when plugged in', async () => {
    const { line, host } = await lineWithTwoBoards();
    await line.setFaults({ ...noLockLineFaults(), unplugged: true });
    expect(await host.closed).toBe('closed');
    const refused = await callHost(line.address);
    expect(await refused.closed).toBe('closed');

    await line.setFaults(noLockLineFaults());
    const again = await callHost(line.address);
    again.say('80010133B3');
    expect(await again.heardUntil('8001011191')).toBe('8001011191');
  });
});
