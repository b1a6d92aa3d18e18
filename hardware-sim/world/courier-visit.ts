import type { Scene } from './scene.ts';
import { slots } from './site.ts';

/** How often a courier does not do as told. */
const oddities = {
  scansTwice: 0.05,
  scansNextWithDoorOpen: 0.04,
  leavesDoorOpen: 0.03,
  takesItBack: 0.05,
  opensAgain: 0.05,
  walksAway: 0.3,
} as const;

const patienceMs = 25_000;
const glanceMs = 600;
/** At a blind door that was said not to have opened, people wait for the next attempts. */
const looksMax = 4;

/** Badge, then scan after scan; resolves with the barcodes of the parcels left behind. */
export async function courierVisit(scene: Scene, barcodes: readonly string[]): Promise<string[]> {
  const { chance } = scene;
  scene.scanBadge();
  if (!(await scene.see(['courierReady'], 4_000))) return [];
  const left: string[] = [];
  for (const barcode of barcodes) {
    await scene.pause();
    if (await leaveParcel(scene, barcode)) left.push(barcode);
  }
  await scene.pause();
  if (!chance.maybe(oddities.walksAway)) scene.touch({ do: 'finish' });
  return left;
}

async function leaveParcel(scene: Scene, barcode: string): Promise<boolean> {
  const { chance, site, trace } = scene;
  const openBefore = openDoors(scene);
  scene.scan(barcode);
  if (chance.maybe(oddities.scansTwice)) scene.scan(barcode);
  const slot = await openedFor(scene, 'bring');
  if (slot === undefined) return leaveUnserved(scene, barcode, openBefore);
  await scene.pause();
  if (!site.put(slot, barcode)) {
    if (scene.isPolite && site.inside(slot) !== undefined)
      scene.breach('parcels', `slot ${slot} is given for ${barcode}, and inside lies ${site.inside(slot)}`);
    scene.touch({ do: 'cancel' });
    site.pushShut(slot);
    return false;
  }
  trace.add(`puts ${barcode} into ${slot}`);
  if (chance.maybe(oddities.scansNextWithDoorOpen)) scene.scan('TOOSOON');
  const takesBack = scene.rudely(oddities.takesItBack);
  if (takesBack) {
    scene.touch({ do: 'cancel' });
    await scene.pause();
    site.take(slot);
    trace.add(`takes ${barcode} back`);
  }
  if (scene.rudely(oddities.leavesDoorOpen)) return !takesBack;
  await scene.pause();
  await shut(scene, slot);
  if (chance.maybe(oddities.opensAgain) && (await scene.see(['doorClosed'], 2_000))) {
    scene.touch({ do: 'reopen' });
    if ((await openedFor(scene, 'bring')) !== undefined) await shut(scene, slot);
    else await shutOpenDoors(scene);
  }
  return !takesBack;
}

/** The screen is dark or of no help. Where one door has sprung open all the same, a polite courier takes it for theirs. */
async function leaveUnserved(scene: Scene, barcode: string, openBefore: readonly number[]): Promise<boolean> {
  const [only, ...more] = openDoors(scene).filter((slot) => !openBefore.includes(slot));
  const isTheirs = scene.isPolite && only !== undefined && more.length === 0;
  const left = isTheirs && scene.site.put(only, barcode);
  if (left) scene.trace.add(`puts ${barcode} into ${only}, unasked`);
  await shutOpenDoors(scene);
  return left;
}

/** Waits for a door that the screen says is open for this; at a blind door, looks and says so. */
export async function openedFor(scene: Scene, purpose: 'bring' | 'fetch'): Promise<number | undefined> {
  for (let look = 0; look < looksMax; look += 1) {
    // What was touched a moment ago shows on the screen first.
    await scene.sleep(glanceMs);
    const screen = await scene.see(['doorOpen', 'confirmOpen', 'stuck'], patienceMs);
    if (!screen || screen.name === 'stuck' || (screen.purpose === 'deposit') !== (purpose === 'bring'))
      return undefined;
    // Where the boards fell silent, the screen has not seen the door shut.
    if (screen.name === 'doorOpen') return scene.site.isOpen(screen.slot) ? screen.slot : undefined;
    await scene.pause();
    if (scene.site.isOpen(screen.slot)) {
      scene.touch({ do: 'confirmDoor', position: 'open' });
      return screen.slot;
    }
    scene.touch({ do: 'reportProblem', slot: screen.slot, problem: 'door did not open' });
  }
  return undefined;
}

export async function shut(scene: Scene, slot: number): Promise<void> {
  scene.trace.add(`pushes ${slot} shut`);
  scene.site.pushShut(slot);
  const screen = await scene.see(['doorOpen', 'doorClosed'], 3_000);
  if (screen?.slot === slot && screen.blind) scene.touch({ do: 'confirmDoor', position: 'closed' });
}

/** What a polite person does before they leave, whatever the screen says or does not say. */
export async function shutOpenDoors(scene: Scene): Promise<void> {
  if (!scene.isPolite) return;
  for (const slot of openDoors(scene)) await shut(scene, slot);
}

function openDoors({ site }: Scene): number[] {
  return slots.map(({ slot }) => slot).filter(site.isOpen);
}
