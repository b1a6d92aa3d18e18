import { describe, expect, it } from 'vitest';
import { testBoard } from './testing.ts';

const all = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('kerong-cu48', () => {
  const cu48 = (config: object = {}, shorted: number[] = []) =>
    testBoard({ profile: 'kerong-cu48', address: 0, ...config }, { shorted });

  it.each([
    { asked: '020000500355', address: 0, shorted: [1, 2, 3, 47, 48], told: '020000650700000000C00331' },
    { asked: '020A0050035F', address: 1, shorted: [24], told: '0201006500008000000003EB' },
  ])('answers the status query $asked of board $address with $told', ({ asked, address, shorted, told }) => {
    const { hear, sent } = cu48({ address }, shorted);
    hear(asked);
    expect(sent).toEqual([told]);
  });

  it.each([
    { asked: '020000510356', address: 0, driven: [1] },
    { asked: '020030510386', address: 0, driven: all(48) },
    { asked: '020A30510390', address: 7, driven: all(48) },
  ])('opens on $asked, in turn, and never answers', ({ asked, address, driven }) => {
    const { hear, sent, pulses, clock } = cu48({ address, pulseMs: 10 });
    hear(asked);
    clock.advance(1000);
    expect(pulses.map(({ channel }) => channel)).toEqual(driven);
    expect(pulses.map(({ atMs }) => atMs)).toEqual(driven.map((_, turn) => turn * 10));
    expect(sent).toEqual([]);
  });

  it('drives its coil for 550 ms unless it is set otherwise, and only one that it has', () => {
    const { hear, pulses } = cu48({ channels: 24 });
    hear('02001751036D');
    hear('02001851036E');
    expect(pulses).toEqual([{ channel: 24, durationMs: 550, atMs: 0 }]);
  });

  it.each(['020100500356', '020000500356', '020000510456', '0300005003'])('ignores %s', (hex) => {
    const { hear, sent, pulses } = cu48();
    hear(hex);
    expect([...sent, ...pulses]).toEqual([]);
  });
});

describe('kerong-cu16', () => {
  const cu16 = (config: object = {}, wired: { shorted?: number[]; inputs?: number[] } = {}) =>
    testBoard({ profile: 'kerong-cu16', address: 0, ...config }, wired);

  it.each([
    { shorted: all(16), told: '020035FFFF00000338' },
    { shorted: all(16).slice(1), told: '020035FEFF00000337' },
  ])('answers the status query 0200300335 with $told', ({ shorted, told }) => {
    const { hear, sent } = cu16({}, { shorted });
    hear('0200300335');
    expect(sent).toEqual([told]);
  });

  it('tells its infrared inputs after its hooks', () => {
    const { hear, sent } = cu16({}, { inputs: [1, 10] });
    hear('0200300335');
    expect(sent).toEqual(['02003500000102033D']);
  });

  it.each([
    { asked: '0200310336', driven: [1] },
    { asked: '020F310345', driven: [16] },
    { asked: '0200330338', driven: all(16) },
  ])('opens on $asked, and says nothing that could be relied on', ({ asked, driven }) => {
    const { hear, sent, pulses, clock } = cu16();
    hear(asked);
    clock.advance(16 * 550);
    expect(pulses.map(({ channel }) => channel)).toEqual(driven);
    expect(sent).toEqual([]);
  });

  it('has its board number in the upper half of the address, and may answer an unlock with its status', () => {
    const { hear, sent, pulses } = cu16({ address: 3, unlockReply: 'status' });
    hear('0202310338');
    hear('0232310368');
    expect(pulses.map(({ channel }) => channel)).toEqual([3]);
    expect(sent).toEqual(['02303500000000036A']);
  });
});

describe('kerong-cu12', () => {
  const cu12 = (config: object = {}, shorted: number[] = []) =>
    testBoard({ profile: 'kerong-cu12', address: 0, ...config }, { shorted });

  it.each([
    { what: 'status', asked: '0200008000000385', shorted: [2], told: '02000080100203990200' },
    { what: 'an unlock of lock 3', asked: '0200028100000388', shorted: [], told: '0200028110000398' },
    { what: 'its version', asked: '0200008F00000394', shorted: [], told: '0200008F100203C81012' },
    { what: 'a lock that it has not', asked: '02000D8100000393', shorted: [], told: '02000D81110003A4' },
    { what: 'a command that it knows not', asked: '020000870000038C', shorted: [], told: '020000871300039F' },
    { what: 'a wrong sum', asked: '0200008000000386', shorted: [], told: '0200008014000399' },
  ])('answers $what with $told', ({ asked, shorted, told }) => {
    const { hear, sent } = cu12({}, shorted);
    hear(asked);
    expect(sent).toEqual([told]);
  });

  it.each([
    { unlockTimeOrder: 'highFirst', told: '02000082000203A7001E' },
    { unlockTimeOrder: 'lowFirst', told: '02000082000203A71E00' },
  ])('opens one lock or all of them, as long as its unlock time says, $unlockTimeOrder', (order) => {
    const { hear, pulses, clock } = cu12({ channels: 2, unlockTimeOrder: order.unlockTimeOrder });
    hear('0200018100000387');
    // 30 × 10 ms; the sum covers the data, too.
    hear(order.told);
    hear('02000C8100000392');
    clock.advance(1000);
    expect(pulses.map(({ channel, durationMs }) => [channel, durationMs])).toEqual([
      [2, 550],
      [1, 300],
      [2, 300],
    ]);
  });

  it('answers in its own name when all boards are asked', () => {
    const { hear, sent } = cu12({ address: 5 });
    hear('0210008000000395');
    expect(sent).toEqual(['020500801002039C0000']);
  });
});

describe('a board whose address is set wrongly', () => {
  it('listens to the wrong one, and may answer with yet another', () => {
    const { station, hear, sent } = testBoard({ profile: 'kerong-cu48', address: 0 });
    Object.assign(station, { hears: 1, says: 2 });
    hear('020000500355');
    hear('020100500356');
    expect(sent).toEqual(['02020065000000000000036C']);
  });
});
