import { describe, expect, it } from 'vitest';
import {
  type LockBoardHarness,
  type LockBoardMeans,
  lockBoardContract,
} from '../../contracts/lock-board.contract.ts';
import { probeBoard } from './probe-board.ts';
import type { SerialProfileName } from './profiles.ts';
import { bytes } from './testing.ts';
import { answersOf } from './testing-answers.ts';
import { startScripted, type Tested, tested } from './testing-board.ts';

function scripted(profile: Tested, fields: object = {}, manner: { echo?: boolean } = {}) {
  return async (): Promise<LockBoardHarness> => {
    const { clock, peer, far, bus, board } = startScripted(profile, fields);
    Object.assign(far, manner);
    return {
      board,
      acknowledges: profile !== 'kerong-cu48' && profile !== 'kerong-cu16',
      driven: () => far.driven,
      pushShut: (channel) => void far.open.delete(channel),
      silence: (on) => {
        far.dead = on;
      },
      unplug: (on) => (on ? peer.unplug() : peer.plug()),
      ...(profile === 'kerong-cu16' && {
        setInput: (input: number, on: boolean) =>
          void (on ? far.inputsOn.add(input) : far.inputsOn.delete(input)),
      }),
      makeNoise: (count) => {
        far.noise = count;
      },
      clock,
      until: clock.until,
      dispose: () => clock.until(bus.close()),
    };
  };
}

for (const profile of tested) {
  const means: LockBoardMeans = { without: profile === 'kerong-cu16' ? [] : ['setInput'] };
  lockBoardContract(profile, scripted(profile), means);
  lockBoardContract(`${profile}, echoing adapter`, scripted(profile, {}, { echo: true }), means);
}

describe.each(tested)('%s', (profile) => {
  it('takes the other wiring, per board and per door', async () => {
    const { clock, board } = startScripted(profile, {
      feedback: 'openShorts',
      feedbackByChannel: { '2': 'closedShorts', '3': 'none' },
    });
    const reading = await clock.until(board.read());
    expect(reading).toMatchObject({ ok: true });
    expect(reading.ok && reading.doors.slice(0, 4)).toEqual(['open', 'closed', 'unknown', 'open']);
  });

  it('is silent about a reply of another address', async () => {
    const { clock, board, far } = startScripted(profile);
    const other = { ...far, address: far.address + 1 };
    far.reply = (frame, asked) => {
      const forOther = asked.slice();
      const at = profile === 'wkly' ? 5 : profile === 'modbus-relay' ? 0 : 1;
      forOther[at] = profile === 'kerong-cu16' ? other.address << 4 : other.address;
      const answer = answersOf[profile]?.(forOther, other);
      return [answer ? Uint8Array.from(answer) : frame];
    };
    expect(await clock.until(board.read())).toMatchObject({ ok: false });
  });

  it('calls it garbage when any one bit of the reply is wrong', async () => {
    const { clock, board, far } = startScripted(profile);
    expect(await clock.until(board.read())).toMatchObject({ ok: true });
    let bit = 0;
    far.reply = (frame) => [
      frame.map((byte, at) => (at === Math.floor(bit / 8) ? byte ^ (1 << (bit % 8)) : byte)),
    ];
    const length = answersOf[profile]?.(bytes(far.heard.at(-1) ?? ''), far)?.length ?? 0;
    for (bit = 0; bit < length * 8; bit++) {
      const reading = await clock.until(board.read());
      expect(reading).toMatchObject({ ok: false, reason: 'garbage' });
    }
  });

  it('takes a whole reply at once, in whatever pieces it comes', async () => {
    const { clock, board, far, peer } = startScripted(profile);
    await clock.until(board.read());
    await clock.advance(1_000);
    far.reply = (frame) => {
      for (const at of frame.keys()) clock.after(at, () => peer.send(frame.subarray(at, at + 1)));
      return [];
    };
    const askedMs = clock.monotonicMs();
    const reading = await clock.until(board.read());
    const length = answersOf[profile]?.(bytes(far.heard.at(-1) ?? ''), far)?.length;
    expect({ ok: reading.ok, tookMs: clock.monotonicMs() - askedMs }).toEqual({
      ok: true,
      tookMs: (length ?? 0) - 1,
    });
  });

  it('is found by a probe, and nobody else is', async () => {
    const { clock, bus, far } = startScripted(profile);
    const probe = (name: SerialProfileName, address: number) =>
      clock.until(probeBoard(bus, { profile: name, address }));
    expect(await probe(profile, far.address)).toMatchObject({ heard: 'board' });
    expect(await probe(profile, far.address + 1)).toEqual({ heard: 'nothing' });
    expect(far.driven).toEqual([]);
  });
});

describe('what is sent for the third lock', () => {
  it.each([
    ['kerong-cu48', ['020102510359']],
    ['kerong-cu16', ['0232310368']],
    ['kerong-cu12', ['020202810000038A']],
    ['wkly', ['574B4C590900820381']],
  ] as const)('%s', async (profile, frames) => {
    const { clock, board, far } = startScripted(profile);
    await clock.until(board.pulse(3, 500));
    expect(far.heard.slice(1)).toEqual(frames);
  });

  it('modbus-relay: first all off, then a pulse that the board times, in whole steps and never for long', async () => {
    const { clock, board, far } = startScripted('modbus-relay');
    for (const pulseMs of [799, 199, 60_000]) await clock.until(board.pulse(1, pulseMs));
    for (const pulseMs of [99, 1, 0, Number.NaN]) {
      expect(await clock.until(board.pulse(1, pulseMs))).toMatchObject({ ok: false, reason: 'refused' });
    }
    expect(far.heard.filter((frame) => frame !== far.heard[0])).toMatchObject([
      '010500FF0000FDFA',
      '0105020000078DB0',
      expect.stringContaining('010502000001'),
      expect.stringContaining('010502000014'),
    ]);
  });
});
