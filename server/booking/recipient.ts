import { type Cell, type EntityId, entityId } from '@latchwork/shared';
import type { BookingParts } from './booking-parts.ts';

/** The person with this address, if known. Addresses that differ in case alone are one person's. */
export async function findRecipient(
  { db }: Pick<BookingParts, 'db'>,
  email: string,
): Promise<EntityId | undefined> {
  const person = await db
    .selectFrom('person')
    .select('person_id')
    .where('email', '=', email.toLowerCase())
    .executeTakeFirst();
  return person?.person_id;
}

/** The person with this address, known from now on. */
export async function knowRecipient(parts: BookingParts, email: string, cell: Cell): Promise<EntityId> {
  const known = await findRecipient(parts, email);
  if (known !== undefined) return known;
  const { db, clock, random } = parts;
  const nowMs = clock.nowMs();
  await db
    .insertInto('person')
    .values({
      person_id: entityId(cell, random.uuidv7(nowMs)),
      email: email.toLowerCase(),
      created_at: new Date(nowMs),
    })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .execute();
  const made = await findRecipient(parts, email);
  if (made === undefined) throw new Error('a recipient that was just written is not there');
  return made;
}
