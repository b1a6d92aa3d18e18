import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { chainNext, chainStart } from './index.ts';

const locker = 'gb-7k3m9x2p';
const incarnation = '01926f2e-7c00-7abc-8def-0123456789ab';
const lines = ['{"seq":1,"kind":"agent.started"}', '{"seq":2,"name":"Zoë"}'];

describe("a journal's chain", () => {
  it('starts from locker and incarnation', () => {
    const start = createHash('sha256')
      .update(Buffer.from(`latchwork journal 1\n${locker}\n${incarnation}`))
      .digest('base64url');
    expect(chainStart(locker, incarnation)).toBe(start);
    expect(start).toBe('SeClF1pxst88pCt0jExPLLAx8WH98KMKo8XV7mEgWj8');
  });

  it('hashes the hash before, as 32 bytes, and then the exact bytes of the line', () => {
    let bytes = createHash('sha256').update(`latchwork journal 1\n${locker}\n${incarnation}`).digest();
    let hash = chainStart(locker, incarnation);
    for (const line of lines) {
      bytes = createHash('sha256')
        .update(Buffer.concat([bytes, Buffer.from(line)]))
        .digest();
      hash = chainNext(hash, line);
      expect(hash).toBe(bytes.toString('base64url'));
    }
    expect(hash).toBe('SbSTHx9U-UobkC-oUSpPuqaozEwyzQLFt7UbMdKfR_g');
  });

  it('differs with the locker, the incarnation, any line and their order', () => {
    const ends = [
      [locker, incarnation, lines],
      ['gb-7k3m9x2q', incarnation, lines],
      [locker, incarnation.replace('ab', 'ac'), lines],
      [locker, incarnation, lines.toReversed()],
      [locker, incarnation, [lines.join('')]],
      [locker, incarnation, [`${lines[0]} `, lines[1] ?? '']],
      [locker, incarnation, lines.slice(1)],
    ] as const;
    const hashes = ends.map(([of, life, text]) => text.reduce(chainNext, chainStart(of, life)));
    expect(new Set(hashes).size).toBe(ends.length);
  });
});
