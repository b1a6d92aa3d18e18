import type { Booked } from './centre.ts';
import { openedFor, shut, shutOpenDoors } from './courier-visit.ts';
import type { Scene } from './scene.ts';
import { slots } from './site.ts';

const oddities = {
  mistypes: 0.15,
  leavesDoorOpen: 0.04,
  opensAgain: 0.1,
  walksAway: 0.4,
} as const;

/** Types the code, takes the parcel, shuts the door; resolves with whether they have it. */
export async function recipientVisit(scene: Scene, booked: Booked): Promise<boolean> {
  const { chance } = scene;
  if (chance.maybe(oddities.mistypes)) {
    scene.typeCode(mistyped(booked.code));
    await scene.pause();
  }
  scene.typeCode(booked.code);
  const slot = await openedFor(scene, 'fetch');
  if (slot === undefined) return leaveUnserved(scene, booked);
  await scene.pause();
  const hasIt = take(scene, slot, booked);
  if (scene.rudely(oddities.leavesDoorOpen)) return hasIt;
  await shut(scene, slot);
  if (chance.maybe(oddities.opensAgain) && (await scene.see(['doorClosed'], 2_000))) {
    scene.touch({ do: 'reopen' });
    const again = await openedFor(scene, 'fetch');
    if (again !== undefined) await shut(scene, again);
    else await shutOpenDoors(scene);
  }
  await scene.pause();
  if (!chance.maybe(oddities.walksAway)) scene.touch({ do: 'finish' });
  return hasIt;
}

/** The screen is dark or of no help; a door may stand open all the same. */
async function leaveUnserved(scene: Scene, booked: Booked): Promise<boolean> {
  const open = slots.find(
    ({ slot }) => scene.site.isOpen(slot) && scene.site.inside(slot) === booked.barcode,
  );
  const hasIt = scene.isPolite && open !== undefined && take(scene, open.slot, booked);
  await shutOpenDoors(scene);
  return hasIt;
}

/** Nobody takes what is not theirs, but their code must not show it to them either. */
function take(
  { site, trace, breach, witness, centre }: Scene,
  slot: number,
  { id, barcode }: Booked,
): boolean {
  const inside = site.inside(slot);
  if (inside === undefined) return false;
  if (inside !== barcode) {
    const opened = witness.beliefs.alive(slot);
    const byTheirCode = opened !== undefined && centre.bookingOf(opened.by)?.id === id;
    if (byTheirCode) breach('I5', `the code for ${barcode} opened slot ${slot}, in which ${inside} lies`);
    return false;
  }
  trace.add(`takes ${barcode} out of ${slot}`);
  return site.take(slot) !== undefined;
}

function mistyped(code: string): string {
  return code.slice(0, -1) + ((Number(code.at(-1)) + 1) % 10);
}
