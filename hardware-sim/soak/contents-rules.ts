import type { LockerEvent } from '@latchwork/shared';
import type { Untrue } from './door-rules.ts';
import { type Scene, since } from './scene.ts';
import { allOf, everIn } from './spans.ts';

/** What a fact says of what lies in a slot, held against where parcels truly lay. */
export function contentsUntrue(fact: LockerEvent, scene: Scene): Untrue | undefined {
  switch (fact.kind) {
    case 'slot.settled':
      if (fact.by === 'reopening') return undefined;
      return saidOf(scene, { ...fact, sensed: fact.by === 'sensor' });
    case 'problem.reported':
      if (fact.slot === undefined || (fact.problem !== 'slot empty' && fact.problem !== 'slot occupied'))
        return undefined;
      return saidOf(scene, {
        ...{ at: fact.at, slot: fact.slot, sensed: true },
        occupied: fact.problem === 'slot occupied',
      });
    case 'package.deposited':
      return deposited(fact, scene);
    case 'package.collected': {
      const { slot, at } = fact;
      if (!allOf(scene.full, slot, scene.seen(slot, at)) || !known(scene, slot, at)) return undefined;
      return { slot, detail: 'the parcel lies there yet, as the sensor says' };
    }
    default:
      return undefined;
  }
}

/** A sensor is believed like a switch, unless it lies; a technician has looked. */
function saidOf(
  { full, seen, sensorLying }: Scene,
  { slot, at, occupied, sensed }: { slot: number; at: number; occupied: boolean; sensed: boolean },
): Untrue | undefined {
  const span = sensed ? seen(slot, at) : { fromMs: at, toMs: at };
  if (sensed && sensorLying(slot, span)) return undefined;
  if (occupied ? everIn(full, slot, span) : !allOf(full, slot, span)) return undefined;
  return { slot, detail: occupied ? 'nothing lay there' : 'a parcel lay there' };
}

/** The parcel lies where it was told, unless its person did something else with it and no sensor could tell. */
function deposited(
  fact: Extract<LockerEvent, { kind: 'package.deposited' }>,
  scene: Scene,
): Untrue | undefined {
  const { slot, at, barcode } = fact;
  const { fromMs } = since(scene, fact);
  const deed = scene.deeds.findLast((one) => one.barcode === barcode && one.atMs <= at);
  if (deed?.goesIn && deed.atMs >= fromMs && deed.slot !== slot)
    return { slot, detail: `its person put it into slot ${deed.slot}` };
  const lies = everIn(scene.full, slot, scene.seen(slot, at));
  if (lies || !known(scene, slot, at)) return undefined;
  return { slot, detail: 'nothing lies there, as the sensor says' };
}

/** Whether a sensor told what lies there, truly and in time. */
function known({ sensed, sensorLying, dark, seen }: Scene, slot: number, at: number): boolean {
  const span = seen(slot, at);
  return sensed(slot) && !sensorLying(slot, span) && !dark(slot, span);
}
