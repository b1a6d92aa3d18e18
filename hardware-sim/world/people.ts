import type { Booked } from './centre.ts';
import { courierVisit } from './courier-visit.ts';
import { passerByVisit, vandalVisit } from './mischief.ts';
import { recipientVisit } from './recipient-visit.ts';
import type { Scene } from './scene.ts';

/** Who comes to the unit: one after another in a polite world, else several at once, as in life. */
export interface People {
  begin(): void;
  /** Nobody new comes; who is there finishes. */
  sendHome(): void;
}

const arrivalMeanMs = 45_000;
const parcelsPerRoundMax = 3;
/** Bookings that wait for their courier; more people do not book while nobody delivers. */
const waitingMax = 6;

export function createPeople(scene: Scene): People {
  const { clock, chance, centre, isPolite } = scene;
  const waiting: Booked[] = [];
  const lying: Booked[] = [];
  const fetched: Booked[] = [];
  let parcels = 0;
  let isOpen = false;
  let courierIsThere = false;
  const newBarcode = () => {
    parcels += 1;
    return `PARCEL${parcels}`;
  };
  const takeOne = (from: Booked[]): Booked | undefined =>
    from.splice(chance.whole(0, Math.max(0, from.length - 1)), 1)[0];

  const visits: Record<string, () => Promise<void>> = {
    async booker() {
      if (waiting.length >= waitingMax) return;
      const untilMs = chance.maybe(0.06) ? chance.whole(5, 60) * 60_000 : 90 * 86_400_000;
      const booked = await centre.book(chance.one(['S', 'S', 'M', 'L']), newBarcode(), untilMs);
      if (!booked) return;
      if (chance.maybe(0.08)) await centre.cancel(booked.id);
      else waiting.push(booked);
    },
    /** One at a time: two with the same badge would put their parcels into each other's slots. */
    async courier() {
      if (courierIsThere) return;
      courierIsThere = true;
      const some = waiting.splice(0, chance.whole(1, parcelsPerRoundMax));
      const barcodes = some.map(({ barcode }) => barcode);
      if (chance.maybe(0.03)) barcodes.push(newBarcode());
      const left = await courierVisit(scene, barcodes);
      courierIsThere = false;
      for (const booked of some) (left.includes(booked.barcode) ? lying : waiting).push(booked);
    },
    async recipient() {
      const booked = takeOne(lying);
      if (!booked) return;
      const hasIt = await recipientVisit(scene, booked);
      (hasIt ? fetched : lying).push(booked);
    },
    /** Who has the parcel already tries the code once more. */
    async again() {
      const booked = takeOne(fetched);
      if (booked) await recipientVisit(scene, booked);
    },
    vandal: () => vandalVisit(scene),
    passerBy: () => passerByVisit(scene),
  };
  const everybody = [
    ...Array(7).fill('booker'),
    ...Array(6).fill('courier'),
    ...Array(7).fill('recipient'),
    ...Array(2).fill('again'),
    'vandal',
    ...Array(2).fill('passerBy'),
  ] as (keyof typeof visits)[];
  const crowd = isPolite ? everybody.filter((who) => !['vandal', 'passerBy'].includes(who)) : everybody;
  let lastVisit: Promise<void> = Promise.resolve();

  const come = () => {
    if (!isOpen) return;
    const who = chance.one(crowd);
    scene.trace.add(`${who} comes`);
    const visit = visits[who] ?? (async () => {});
    if (isPolite) lastVisit = lastVisit.then(visit);
    else void visit();
    clock.after(chance.waitMs(arrivalMeanMs), come);
  };
  return {
    begin() {
      isOpen = true;
      come();
    },
    sendHome() {
      isOpen = false;
    },
  };
}
