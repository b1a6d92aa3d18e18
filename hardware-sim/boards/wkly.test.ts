import { describe, expect, it } from 'vitest';
import { testBoard } from './testing.ts';

const wkly = (config: object = {}, shorted: number[] = []) =>
  testBoard({ profile: 'wkly', address: 0, channels: 4, ...config }, { shorted });

describe('wkly', () => {
  it.each([
    { what: 'an opening', asked: '574B4C590900820183', shorted: [], told: '574B4C590B008200010081' },
    { what: 'one channel', asked: '574B4C590900830182', shorted: [1], told: '574B4C590B008300010181' },
    {
      what: 'all channels',
      asked: '574B4C5908008485',
      shorted: [2, 3],
      told: '574B4C590E008400040001010087',
    },
    { what: 'what it cannot do', asked: '574B4C5908008081', shorted: [], told: '574B4C59090080FF7F' },
    {
      what: 'a channel that it has not',
      asked: '574B4C590900820587',
      shorted: [],
      told: '574B4C59090082FF7D',
    },
    { what: 'an opening of all', asked: '574B4C5908008687', shorted: [], told: '574B4C590900860086' },
  ])('answers $what with $told', ({ asked, shorted, told }) => {
    const { hear, sent } = wkly({}, shorted);
    hear(asked);
    expect(sent).toEqual([told]);
  });

  it('drives one coil, or all in turn', () => {
    const { hear, pulses, clock } = wkly({ channels: 2 });
    hear('574B4C590900820183');
    clock.advance(1000);
    hear('574B4C5908008687');
    clock.advance(1000);
    expect(pulses.map(({ channel, atMs }) => [channel, atMs])).toEqual([
      [1, 0],
      [1, 1000],
      [2, 1300],
    ]);
  });

  it('answers after the pulse, with the contact as it then is, when set so', () => {
    const { hear, sent, shorted, clock } = wkly({ unlockReplyAt: 'pulseEnd' });
    hear('574B4C590900820183');
    shorted.add(1);
    clock.advance(300);
    expect(sent).toEqual(['574B4C590B008200010180']);
  });

  it('reports a change unasked with 574B4C590A0085010186 where its firmware does', () => {
    const telling = wkly({ unsolicited: true }, [1]);
    telling.board.contactChanged(1);
    expect(telling.sent).toEqual(['574B4C590A0085010186']);
    const silent = wkly({}, [1]);
    silent.board.contactChanged(1);
    expect(silent.sent).toEqual([]);
  });

  it.each(['574B4C590900820184', '574B4C590901820182', '574B4C59FF', '575757'])(
    'ignores %s, and hears the next one',
    (hex) => {
      const { hear, sent } = wkly();
      hear(`${hex}574B4C590900830182`);
      expect(sent).toEqual(['574B4C590B008300010080']);
    },
  );
});
