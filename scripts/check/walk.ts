import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type PublicDoors, until } from './doors.ts';
import { courierDelivers, type Moment, recipientCollects } from './people.ts';

export interface Walk {
  doors: PublicDoors;
  lockerId: string;
  badge: string;
  /** Cut the network after the code is in the mail, and heal it after the pick-up. */
  offline: boolean;
  /** Called between steps and at each moment within them. */
  at(moment: Moment | Milestone): Promise<void>;
  /** Told of each step as it ends. */
  step(name: string, seconds: number): void;
}
export type Milestone = 'booked' | 'code in the mail' | 'deposited' | 'collected';

const Made = z.looseObject({
  bookingId: z.string(),
  token: z.string(),
  package: z.looseObject({ trackingId: z.string(), status: z.string() }),
});
const LockerDetail = z.looseObject({
  online: z.boolean(),
  slots: z.looseObject({ occupied: z.number(), unsettled: z.number() }),
  plan: z.looseObject({ rev: z.number(), confirmedRev: z.number(), digestsAgree: z.boolean() }),
});

/** One parcel's whole life. Rejects at the first step that does not hold. */
export async function walkOneParcel({
  doors,
  lockerId,
  badge,
  offline,
  at,
  step,
}: Walk): Promise<{ bookingId: string }> {
  const timed = async <T>(name: string, doing: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await doing();
    step(name, Math.round(performance.now() - started) / 1000);
    return result;
  };
  const email = `walk-${randomUUID().slice(0, 8)}@example.org`;
  const online = () =>
    until('the locker to be online', async () =>
      (await lockerDetail(doors, lockerId)).online ? true : undefined,
    );

  await timed('locker online', online);
  const booking = await timed('slot booked', () => book(doors, lockerId, email));
  await at('booked');
  const code = await timed('code in the mail', () => mailedCode(doors, email));
  await at('code in the mail');
  if (offline) await timed('network cut', () => setNetwork(doors, { cut: true }));
  const parcel = { badge, barcode: booking.package.trackingId };
  await timed('parcel deposited', () => courierDelivers(doors, parcel, at));
  await at('deposited');
  if (!offline) await timed('customer told', () => told(doors, { email, booking, status: 'DELIVERED' }));
  await timed('parcel collected', () => recipientCollects(doors, code, at));
  await at('collected');
  if (offline) await timed('network healed', () => setNetwork(doors, { cut: false }));
  await timed('server knows', () => told(doors, { email, booking, status: 'PICKED_UP' }));
  await timed('server and locker agree', () => agree(doors, lockerId));
  return { bookingId: booking.bookingId };
}

async function book(doors: PublicDoors, lockerId: string, email: string): Promise<z.infer<typeof Made>> {
  const headers = { 'idempotency-key': randomUUID() };
  return until('the booking', async () => {
    const { status, body } = await doors.http('POST', '/v1/bookings', {
      body: { lockerId, size: 'M', email },
      headers,
    });
    if (status >= 400 && status < 500) throw new Error(`booking refused: ${JSON.stringify(body)}`);
    return status < 300 ? Made.parse(body) : undefined;
  });
}

async function mailedCode(doors: PublicDoors, email: string): Promise<string> {
  return until('the code in the mail', async () => {
    const mine = (await doors.mails()).filter((mail) => mail.to.includes(email));
    return mine
      .map((mail) => /\b\d{4} ?\d{4}\b/.exec(mail.text)?.[0].replace(' ', ''))
      .find((code) => code !== undefined);
  });
}

async function setNetwork(doors: PublicDoors, { cut }: { cut: boolean }): Promise<void> {
  await until('the network switch', async () =>
    (await doors.panel('/network', { cut })).status === 200 ? true : undefined,
  );
}

/** The booking page says so, and the recipient has the mail that says so. */
async function told(doors: PublicDoors, { email, booking, status }: Told): Promise<void> {
  await until(`the package to be ${status}`, async () => {
    const headers = { authorization: `Bearer ${booking.token}` };
    const answer = await doors.http('GET', `/v1/bookings/${booking.bookingId}`, { headers });
    const state = z.looseObject({ package: z.looseObject({ status: z.string() }) }).parse(answer.body)
      .package.status;
    return state === status || (status === 'DELIVERED' && state === 'PICKED_UP') ? true : undefined;
  });
  await until(`the mail of ${status}`, async () => {
    const mine = (await doors.mails()).filter((mail) => mail.to.includes(email));
    return mine.some((mail) => mail.subject.startsWith(subjects[status])) ? true : undefined;
  });
}

const subjects = { DELIVERED: 'Your parcel is in', PICKED_UP: 'Picked up from' } as const;

interface Told {
  email: string;
  booking: z.infer<typeof Made>;
  status: 'DELIVERED' | 'PICKED_UP';
}

async function agree(doors: PublicDoors, lockerId: string): Promise<void> {
  await until('server and locker to agree', async () => {
    const { online, slots, plan } = await lockerDetail(doors, lockerId);
    const settled = slots.occupied === 0 && slots.unsettled === 0;
    return online && settled && plan.digestsAgree && plan.confirmedRev === plan.rev ? true : undefined;
  });
}

async function lockerDetail(doors: PublicDoors, lockerId: string): Promise<z.infer<typeof LockerDetail>> {
  return LockerDetail.parse((await doors.http('GET', `/v1/ops/lockers/${lockerId}`)).body);
}
