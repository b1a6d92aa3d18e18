import { z } from 'zod';
import { FleetJournal } from './fleet-journal.ts';
import { type FleetLocker, fleetLocker } from './fleet-locker.ts';

/**
 * Many lockers in a process of their own, told what to do by messages from the process that forked it: who they are, up
 * to which line their journals grow, and to send what is not sent yet. Each message is answered once it is done.
 */
const Order = z.union([
  z.strictObject({
    url: z.string(),
    lockers: z.array(z.strictObject({ id: z.string(), lockerKey: z.string() })),
  }),
  z.strictObject({ growTo: z.int() }),
  z.strictObject({ send: z.literal(true) }),
]);

const fleet: { journal: FleetJournal; locker: FleetLocker }[] = [];
let end = 1;

process.on('message', (message) => void obey(Order.parse(message)).then((answer) => process.send?.(answer)));
process.on('disconnect', () => process.exit(0));

async function obey(order: z.infer<typeof Order>): Promise<object> {
  if ('url' in order) {
    await Promise.all(order.lockers.map((one, number) => enlist(order.url, one, number)));
    return { lockers: fleet.length };
  }
  if ('growTo' in order) {
    end = order.growTo;
    for (const { journal } of fleet) journal.growTo(end - 1);
    return { lines: end - 1 };
  }
  const startedAt = performance.now();
  await Promise.all(fleet.map(({ locker }) => locker.send(end)));
  return { roundMs: performance.now() - startedAt };
}

async function enlist(url: string, { id, lockerKey }: { id: string; lockerKey: string }, number: number) {
  const journal = new FleetJournal(id, number);
  const locker = fleetLocker({ id, lockerKey: Buffer.from(lockerKey, 'base64url'), url, journal });
  fleet.push({ journal, locker });
  await locker.greet();
}
