import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { badgePattern } from '@latchwork/shared';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { realRandom } from '../random.ts';
import { keyRing } from './key-ring.ts';
import { openKeyRingFile } from './key-ring-file.ts';

const random = realRandom();
const courier = 'gb_01890a5d-ac96-774b-bcce-b302099a8057';
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchwork-ring-'));
  path = join(folder, 'data', 'keyring.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the key ring file', () => {
  test('is made once, for this user alone, and read again as it was', async () => {
    const made = await openKeyRingFile(path, { mayMake: true, random });
    const read = await openKeyRingFile(path, { mayMake: false, random });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'data'))).toEqual(['keyring.json']);
    expect(read.fingerprints()).toEqual(made.fingerprints());
  });

  test('two starts at once agree on one ring', async () => {
    const rings = await Promise.all(
      Array.from({ length: 8 }, () => openKeyRingFile(path, { mayMake: true, random })),
    );
    expect(new Set(rings.map((ring) => ring.fingerprints()[0]?.fingerprint)).size).toBe(1);
  });

  test('is not made anew for a database that had one', async () => {
    await expect(openKeyRingFile(path, { mayMake: false, random })).rejects.toMatchObject({
      code: 'keyRingMissing',
    });
  });

  test('is refused when others may read it', async () => {
    await openKeyRingFile(path, { mayMake: true, random });
    await chmod(path, 0o640);
    await expect(openKeyRingFile(path, { mayMake: true, random })).rejects.toMatchObject({
      code: 'keyRingExposed',
    });
  });

  test('that is damaged is refused, left as it is, and not quoted', async () => {
    await openKeyRingFile(path, { mayMake: true, random });
    const half = (await readFile(path, 'utf8')).slice(0, 70);
    await writeFile(path, half);
    const error = await openKeyRingFile(path, { mayMake: true, random }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'keyRingUnreadable' });
    expect(String(error)).not.toContain(half.slice(40, 60));
    expect(await readFile(path, 'utf8')).toBe(half);
  });
});

describe('what the ring yields', () => {
  const ring = keyRing([
    { generation: 1, secret: new Uint8Array(32).fill(1) },
    { generation: 2, secret: new Uint8Array(32).fill(2) },
  ]);

  test('differs by purpose, by generation and by whom it is for', () => {
    const keys = [
      ring.lockerKey(1, 'gb-7k3m9x2p'),
      ring.lockerKey(2, 'gb-7k3m9x2p'),
      ring.lockerKey(1, 'gb-7k3m9x2q'),
      ring.codeMakingKey(1),
      ring.codeMakingKey(2),
    ].map((key) => Buffer.from(key).toString('hex'));
    expect(new Set(keys).size).toBe(keys.length);
    expect(ring.currentGeneration).toBe(2);
    expect(ring.badge(1, courier)).toMatch(badgePattern);
    expect(ring.badge(1, courier)).toBe(ring.badge(1, courier));
    expect(ring.bookingToken(1, courier)).toHaveLength(22);
    expect(ring.operatorPassword(1, courier)).not.toBe(ring.serverPassword());
  });

  test('has a generation, or says which one is missing', () => {
    expect(() => ring.codeMakingKey(3)).toThrow('no generation 3');
  });
});
