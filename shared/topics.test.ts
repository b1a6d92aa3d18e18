import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { downKinds, opsKinds, parseTopic, type Topic, topicFor, upKinds } from './index.ts';

const names = [
  ...upKinds.map((kind) => `up/${kind}` as const),
  ...downKinds.map((kind) => `down/${kind}` as const),
  ...opsKinds.map((kind) => `ops/${kind}` as const),
];

describe('a topic', () => {
  it.each(names)('%s survives writing and reading', (name) => {
    const [direction, kind] = name.split('/');
    for (const [cell, locker] of [
      ['gb', 'gb-7k3m9x2p'],
      ['in-south', 'in-south-00000000'],
      ['in-south', 'in-south-zzzzzzzz'],
    ] as const) {
      const topic = topicFor(locker, name);
      expect(topic).toBe(`lw1/${cell}/${locker}/${name}`);
      expect(parseTopic(topic)).toEqual({ direction, kind, cell, locker } as Topic);
    }
  });

  it.each([
    ['', 'nothing'],
    ['lw1', 'the version alone'],
    ['lw1/gb/gb-7k3m9x2p', 'no direction'],
    ['lw1/gb/gb-7k3m9x2p/up', 'no kind'],
    ['lw1/gb/gb-7k3m9x2p/up/', 'an empty kind'],
    ['lw1/gb/gb-7k3m9x2p/up/hello/', 'an empty further level'],
    ['lw1/gb/gb-7k3m9x2p/up/hello/now', 'a further level'],
    ['/lw1/gb/gb-7k3m9x2p/up/hello', 'an empty first level'],
    ['lw2/gb/gb-7k3m9x2p/up/hello', 'another version'],
    ['lw1/de/gb-7k3m9x2p/up/hello', 'a foreign cell'],
    ['lw1/in/in-south-7k3m9x2p/up/hello', 'a cell that only begins like the right one'],
    ['lw1//gb-7k3m9x2p/up/hello', 'no cell'],
    ['lw1/gb/gb-7K3M9X2P/up/hello', 'an id in upper case'],
    ['lw1/gb/gb-7k3m9x2/up/hello', 'a short id'],
    ['lw1/gb/gb-7k3m9x2pp/up/hello', 'a long id'],
    ['lw1/gb/gb-7k3m9x2p\n/up/hello', 'an id with a line feed'],
    ['lw1/gb/+/up/hello', 'a wildcard for a locker'],
    ['lw1/gb/gb-7k3m9x2p/#', 'a wildcard for the rest'],
    ['lw1/gb/gb-7k3m9x2p/up/want', "the other direction's kind"],
    ['lw1/gb/gb-7k3m9x2p/down/hello', "the other direction's kind"],
    ['lw1/gb/gb-7k3m9x2p/UP/hello', 'a direction in upper case'],
    ['lw1/gb/gb-7k3m9x2p/__proto__/constructor', 'names that every object has'],
    ['lw1/gb/gb-7k3m9x2p/constructor/name', 'names that every object has'],
    ['lw1/gb/gb-7k3m9x2p/up/constructor', 'a kind that every object has'],
    ['lw1/gb/gb-7k3m9x2p/up/__proto__', 'a kind that every object has'],
    ['lw1/gb/gb-7k3m9x2p/up/length', 'a kind that every list has'],
    ['lw1/__proto__/constructor/up/hello', 'a cell that every object has'],
  ])('%j is refused: %s', (topic) => {
    expect(parseTopic(topic)).toBeUndefined();
  });

  it('is read only when it is exactly what would be written', () => {
    const level = fc.oneof(
      fc.constantFrom(
        'lw1',
        'gb',
        'gb-7k3m9x2p',
        'up',
        'down',
        'ops',
        'hello',
        'want',
        'status',
        '__proto__',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(level, { maxLength: 7 }), (levels) => {
        const topic = levels.join('/');
        const parsed = parseTopic(topic);
        if (parsed !== undefined) expect(topicFor(parsed.locker, nameOf(parsed))).toBe(topic);
      }),
    );
  });
});

function nameOf(topic: Topic) {
  return `${topic.direction}/${topic.kind}` as Parameters<typeof topicFor>[1];
}
