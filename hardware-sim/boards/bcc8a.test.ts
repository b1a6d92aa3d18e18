import { describe, expect, it } from 'vitest';
import type { Bcc8aConfig } from './board-config.ts';
import { testBoard } from './testing.ts';

const boardWith = (config: Partial<Bcc8aConfig> = {}, shorted: number[] = []) =>
  testBoard({ address: 1, ...config }, { shorted });

describe('the frames of the datasheet', () => {
  it.each([
    { frame: '8A0101119B', address: 1, channel: 1 },
    { frame: '8A01021198', address: 1, channel: 2 },
    { frame: '8A010C1196', address: 1, channel: 12 },
    { frame: '8A02011198', address: 2, channel: 1 },
    { frame: '8A030C1194', address: 3, channel: 12 },
  ])('$frame opens channel $channel of board $address, and no other board', ({ frame, address, channel }) => {
    const addressed = boardWith({ address });
    const other = boardWith({ address: address + 1 });
    addressed.hear(frame);
    other.hear(frame);
    expect(addressed.pulses).toEqual([{ channel, durationMs: 300, atMs: 0 }]);
    expect(other.pulses).toEqual([]);
    expect(other.sent).toEqual([]);
  });

  it.each([
    { reply: '8A0101008A', header: 'header8A', shorted: [] },
    { reply: '8A0101119B', header: 'header8A', shorted: [1] },
    { reply: '8001010080', header: 'header80', shorted: [] },
    { reply: '8001011191', header: 'header80', shorted: [1] },
  ] as const)('answers an opening with $reply ($header)', ({ reply, header, shorted }) => {
    const { sent, hear } = boardWith({ unlockReply: header }, [...shorted]);
    hear('8A0101119B');
    expect(sent).toEqual([reply]);
  });

  it.each([
    { reply: '8001010080', shorted: [] },
    { reply: '8001011191', shorted: [1] },
  ])('answers 80010133B3, one channel asked for, with $reply', ({ reply, shorted }) => {
    const { sent, hear } = boardWith({}, shorted);
    hear('80010133B3');
    expect(sent).toEqual([reply]);
  });

  it.each([
    { reply: '800100000033B2', statusBytes: 3, shorted: [] },
    { reply: '800100000133B3', statusBytes: 3, shorted: [1] },
    { reply: '800100000233B0', statusBytes: 3, shorted: [2] },
    { reply: '80010000203392', statusBytes: 3, shorted: [6] },
    {
      reply: '8001FFFFFFFF33B2',
      statusBytes: 4,
      shorted: Array.from({ length: 32 }, (_, index) => index + 1),
    },
  ])('answers 80010033B2, all channels asked for, with $reply', ({ reply, statusBytes, shorted }) => {
    const { sent, hear } = boardWith({ channels: 32, statusBytes }, shorted);
    hear('80010033B2');
    expect(sent).toEqual([reply]);
  });

  it('takes 80020033B1 as a question to board 2 alone', () => {
    const [one, two] = [boardWith({ address: 1 }), boardWith({ address: 2, channels: 8 })];
    one.hear('80020033B1');
    two.hear('80020033B1');
    expect(one.sent).toEqual([]);
    expect(two.sent).toEqual(['80020033B1']);
  });

  it('opens all on 8A0100119A, one after the other', () => {
    const { clock, pulses, sent, hear } = boardWith({ channels: 3 });
    hear('8A0100119A');
    clock.advance(1000);
    expect(pulses.map(({ channel, atMs }) => [channel, atMs])).toEqual([
      [1, 0],
      [2, 300],
      [3, 600],
    ]);
    expect(sent).toEqual(['8A0100119A']);
  });

  it.each([
    { frame: '8101010081', shorted: [] },
    { frame: '8101011190', shorted: [1] },
  ])('reports a change unasked with $frame where its firmware does', ({ frame, shorted }) => {
    const { board, sent } = boardWith({ unsolicited: '81' }, shorted);
    board.contactChanged(1);
    expect(sent).toEqual([frame]);
  });
});

describe('what differs between firmwares', () => {
  it('sends the groups of a read-all lowest first when set so', () => {
    const { sent, hear } = boardWith({ channels: 16, statusOrder: 'lowFirst' }, [1, 16]);
    hear('80010033B2');
    expect(sent).toEqual(['800101803333']);
  });

  it('drives the coil in silence when set so', () => {
    const { sent, pulses, hear } = boardWith({ unlockReply: 'silent' });
    hear('8A0101119B');
    expect(pulses).toHaveLength(1);
    expect(sent).toEqual([]);
  });

  it('answers after the pulse, with the contact as it then is, when set so', () => {
    const { clock, sent, shorted, hear } = boardWith({ unlockReplyAt: 'pulseEnd' }, [1]);
    hear('8A0101119B');
    clock.advance(299);
    expect(sent).toEqual([]);
    shorted.delete(1);
    clock.advance(1);
    expect(sent).toEqual(['8A0101008A']);
  });

  it('times the coil itself: its own pulse length, or the seconds that the frame names', () => {
    const { pulses, hear } = boardWith({ pulseMs: 550 });
    hear('8A0101119B');
    hear('8A010211039B');
    expect(pulses.map(({ durationMs }) => durationMs)).toEqual([550, 3000]);
  });

  it('says nothing unasked, and nothing of channels it has not', () => {
    const { board, sent, pulses, hear } = boardWith({ channels: 8 });
    board.contactChanged(1);
    hear('80010933BB');
    hear('8A01091193');
    expect(sent).toEqual([]);
    expect(pulses).toEqual([]);
  });
});

describe('what is no request', () => {
  it.each([
    { what: 'a wrong check byte', hex: '8A0101119C' },
    { what: 'noise', hex: 'FAFD9999' },
    { what: 'a reply', hex: '8001011191' },
    { what: 'the frame whose byte order nobody knows', hex: '9001FFFFFF6E' },
    { what: 'seconds beyond nine', hex: '8A0101110A91' },
  ])('ignores $what', ({ hex }) => {
    const { sent, pulses, hear } = boardWith();
    hear(hex);
    expect(sent).toEqual([]);
    expect(pulses).toEqual([]);
  });

  it.each(['FAFD9999', '8A', '8A0101', '8A8A8A8A', '8A01011105', '80010133B4'])(
    'finds the frame that follows %s',
    (garbage) => {
      const { pulses, hear } = boardWith();
      hear(`${garbage}8A01021198`);
      expect(pulses).toEqual([{ channel: 2, durationMs: 300, atMs: 0 }]);
    },
  );

  it('puts a frame together from single bytes, and gives up one that halts', () => {
    const { clock, pulses, hear } = boardWith();
    for (const byte of ['8A', '01', '02', '11', '98']) {
      clock.advance(2);
      hear(byte);
    }
    expect(pulses).toHaveLength(1);
    hear('8A0102');
    clock.advance(60);
    hear('1198');
    expect(pulses).toHaveLength(1);
  });

  it('goes by the time on the wire, however late a busy machine hands it over', () => {
    const { board, clock, pulses } = boardWith();
    board.receive(Buffer.from('8A0102', 'hex'), { fromMs: 0, toMs: 3 });
    clock.advance(500);
    board.receive(Buffer.from('1198', 'hex'), { fromMs: 3, toMs: 5 });
    expect(pulses).toHaveLength(1);
  });

  it('takes two frames from one chunk', () => {
    const { sent, hear } = boardWith({ channels: 8 });
    hear('80010133B380010233B0');
    expect(sent).toEqual(['8001010080', '8001020083']);
  });
});
