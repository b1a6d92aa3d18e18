import { describe, expect, it } from 'vitest';
import { testBoard } from './testing.ts';

const relays = (config: object = {}, inputs: number[] = []) =>
  testBoard({ profile: 'modbus-relay', address: 1, ...config }, { inputs });

describe('modbus-relay', () => {
  it.each([
    { asked: '0105020000078DB0', channel: 1, durationMs: 700 },
    { asked: '0105020100089C74', channel: 2, durationMs: 800 },
  ])('pulses relay $channel by itself on $asked, and repeats the request', ({ asked, ...pulse }) => {
    const { hear, sent, pulses, released, clock } = relays();
    hear(asked);
    expect(pulses).toEqual([{ ...pulse, atMs: 0 }]);
    expect(sent).toEqual([asked]);
    clock.advance(1000);
    expect(released).toEqual([]);
  });

  it('reads its relays: 0101000000083DCC is answered with 010101005188, and with what is on', () => {
    const { hear, sent, clock } = relays();
    hear('0101000000083DCC');
    hear('01050002FF002DFA');
    hear('0105020000078DB0');
    hear('0101000000083DCC');
    clock.advance(700);
    hear('0101000000083DCC');
    expect([sent[0], sent[3], sent[4]]).toEqual(['010101005188', '01010105918B', '01010104504B']);
  });

  it.each([
    { inputs: [], told: '01020100A188' },
    { inputs: [1, 2, 3, 4, 5, 6, 7, 8], told: '010201FFE1C8' },
  ])('reads its inputs: 01020000000879CC is answered with $told', ({ inputs, told }) => {
    const { hear, sent } = relays({}, inputs);
    hear('01020000000879CC');
    expect(sent).toEqual([told]);
  });

  it('keeps a relay on until it is told otherwise, and lets one or all go', () => {
    const { hear, pulses, released } = relays({ channels: 2 });
    hear('01050000FF008C3A');
    expect(pulses).toEqual([{ channel: 1, durationMs: null, atMs: 0 }]);
    hear('010500000000CDCA');
    hear('010500FF0000FDFA');
    expect(released).toEqual([1, 1, 2]);
  });

  it.each([
    { what: 'a relay that it has not', asked: '01050008FF000DF8', told: '018502C351' },
    { what: 'a value that means nothing', asked: '010500001234C0BD', told: '0185030291' },
    { what: 'a pulse without a length', asked: '010502000000CC72', told: '0185030291' },
    { what: 'a function that it has not', asked: '010300000001840A', told: '01830180F0' },
    { what: 'more inputs than it has', asked: '010200000009B80C', told: '018202C161' },
  ])('refuses $what with $told', ({ asked, told }) => {
    const { hear, sent, pulses } = relays();
    hear(asked);
    expect(sent).toEqual([told]);
    expect(pulses).toEqual([]);
  });

  it('does what everybody is told without a word, and nothing that others are told', () => {
    const { hear, sent, pulses } = relays({ address: 2 });
    hear('0105020000078DB0');
    hear('0005020000078C61');
    expect(pulses).toHaveLength(1);
    expect(sent).toEqual([]);
  });

  it('keeps a relay on to the end of its latest pulse', () => {
    const { hear, sent, clock } = relays();
    hear('0105020000078DB0');
    clock.advance(500);
    hear('0105020000078DB0');
    clock.advance(300);
    hear('0101000000083DCC');
    clock.advance(400);
    hear('0101000000083DCC');
    expect(sent.slice(-2)).toEqual(['010101019048', '010101005188']);
  });

  it('has no relay on after a reset', () => {
    const { board, hear, sent } = relays();
    hear('01050000FF008C3A');
    board.reset();
    hear('0101000000083DCC');
    expect(sent.at(-1)).toBe('010101005188');
  });
});
