import type { Scene } from './scene.ts';
import { slots } from './site.ts';

/** Someone who tries what the unit will stand: codes, labels, touches, doors. */
export async function vandalVisit(scene: Scene): Promise<void> {
  const { chance, site } = scene;
  const digits = () => String(chance.whole(0, 99_999_999)).padStart(8, '0');
  const tricks: (() => void)[] = [
    () => scene.typeCode(digits()),
    () => scene.typeCode(digits()),
    () =>
      scene.scan(
        chance.one(['', 'X'.repeat(2_000), '\u0007\u0000', 'LWC00000000000000000000000000', 'PARCEL?']),
      ),
    () => scene.touch(chance.one([{ do: 'finish' }, { do: 'cancel' }, { do: 'reopen' }])),
    () => scene.touch({ do: 'confirmDoor', position: chance.one(['open', 'closed']) }),
    () => scene.touch({ do: 'reportProblem', slot: chance.whole(0, 20), problem: 'slot dirty' }),
    () => site.pushShut(chance.one(slots).slot),
    () => site.pry(chance.one(slots).slot),
  ];
  for (let left = chance.whole(2, 12); left > 0; left -= 1) {
    chance.one(tricks)();
    await scene.sleep(chance.whole(100, 4_000));
  }
}

/** Someone who pushes shut what stands open. */
export async function passerByVisit({ site, trace, sleep, chance }: Scene): Promise<void> {
  for (const { slot } of slots) {
    if (!site.isOpen(slot)) continue;
    await sleep(chance.whole(300, 3_000));
    trace.add(`a passer-by pushes ${slot} shut`);
    site.pushShut(slot);
  }
}
