import type { Scene } from './scene.ts';

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
  scene.scan(barcode);
  if (chance.maybe(oddities.scansTwice)) scene.scan(barcode);
  const slot = await openedFor(scene, 'bring');
  if (slot === undefined) return false;
  await scene.pause();
  if (!site.put(slot, barcode)) {
    scene.touch({ do: 'cancel' });
    site.pushShut(slot);
    return false;
  }
  trace.add(`puts ${barcode} into ${slot}`);
  if (chance.maybe(oddities.scansNextWithDoorOpen)) scene.scan('TOOSOON');
  const takesBack = chance.maybe(oddities.takesItBack);
  if (takesBack) {
    scene.touch({ do: 'cancel' });
    await scene.pause();
    site.take(slot);
    trace.add(`takes ${barcode} back`);
  }
  if (chance.maybe(oddities.leavesDoorOpen)) return !takesBack;
  await scene.pause();
  await shut(scene, slot);
  if (chance.maybe(oddities.opensAgain) && (await scene.see(['doorClosed'], 2_000))) {
    scene.touch({ do: 'reopen' });
    if ((await openedFor(scene, 'bring')) !== undefined) await shut(scene, slot);
  }
  return !takesBack;
}

/** Waits for a door that the screen says is open for this; at a blind door, looks and says so. */
export async function openedFor(scene: Scene, purpose: 'bring' | 'fetch'): Promise<number | undefined> {
  const screen = await scene.see(['doorOpen', 'confirmOpen', 'stuck'], patienceMs);
  if (!screen || screen.name === 'stuck' || (screen.purpose === 'deposit') !== (purpose === 'bring'))
    return undefined;
  if (screen.name === 'doorOpen') return screen.slot;
  await scene.pause();
  if (!scene.site.isOpen(screen.slot)) {
    scene.touch({ do: 'reportProblem', slot: screen.slot, problem: 'door did not open' });
    return undefined;
  }
  scene.touch({ do: 'confirmDoor', position: 'open' });
  return screen.slot;
}

export async function shut(scene: Scene, slot: number): Promise<void> {
  scene.trace.add(`pushes ${slot} shut`);
  scene.site.pushShut(slot);
  const screen = await scene.see(['doorOpen', 'doorClosed'], 3_000);
  if (screen?.slot === slot && screen.blind) scene.touch({ do: 'confirmDoor', position: 'closed' });
}
