import type { Tables } from '@latchwork/agent';
import type { LockerEvent } from '@latchwork/shared';
import type { Breach } from './promises.ts';

/** An opening as the journal tells of it, from `access.authorised` to `access.ended`. */
export interface Authorisation {
  id: string;
  /** The life of the agent that gave it. */
  life: number;
  /** Id of the grant or courier that allowed it. */
  by: string;
  parcel: ParcelBelief | undefined;
}

/** The booking of a grant that the server has issued; undefined for any other id. */
export type BookingOf = (grant: string) => { id: string; barcode: string } | undefined;

interface ParcelBelief {
  barcode: string;
  booking: string | undefined;
}

interface SlotBelief {
  parcel: ParcelBelief | undefined;
  settled: boolean;
  /** The grant whose holder may look again. */
  reopenableBy: string | undefined;
  alive: Authorisation | undefined;
}

type Authorised = Extract<LockerEvent, { kind: 'access.authorised' }>;

/**
 * What the journal alone tells of every slot: a second reading of the facts, apart from the agent's tables. Checks what
 * an authorisation may be given for, that a grant is redeemed once, and that the tables tell the same as the journal.
 */
export class Beliefs {
  readonly #bookingOf: BookingOf;
  readonly #breach: Breach;
  readonly #slots = new Map<number, SlotBelief>();
  readonly #seenOpen = new Set<string>();
  readonly #redeemed = new Set<string>();
  /** By authorisation, also after its end: a door may open late. */
  readonly #parcels = new Map<string, ParcelBelief | undefined>();

  constructor(bookingOf: BookingOf, breach: Breach) {
    this.#bookingOf = bookingOf;
    this.#breach = breach;
  }

  /** The authorisation of this slot that has no end yet. */
  alive(slot: number): Authorisation | undefined {
    return this.#slots.get(slot)?.alive;
  }

  take(event: LockerEvent, life: number): void {
    if (!('slot' in event) || event.slot === undefined) return;
    const slot = this.#of(event.slot);
    switch (event.kind) {
      case 'access.authorised':
        return this.#authorised(event, slot, life);
      case 'access.ended':
        if (slot.alive?.id !== event.authorisation)
          this.#breach('journal', `an authorisation of slot ${event.slot} ended that was not alive`);
        slot.alive = undefined;
        return;
      case 'door.opened':
        if (event.authorisation) this.#seenOpen.add(event.authorisation);
        return;
      case 'door.confirmed':
        if (event.position === 'open') this.#seenOpen.add(event.authorisation);
        return;
      case 'grant.redeemed':
        return this.#redeem(event);
      case 'package.deposited':
        slot.parcel = { barcode: event.barcode, booking: event.booking };
        slot.settled = true;
        slot.reopenableBy = undefined;
        return;
      case 'package.collected':
        slot.parcel = undefined;
        slot.settled = true;
        slot.reopenableBy = event.grant ?? slot.reopenableBy;
        return;
      case 'slot.unsettled':
        slot.settled = false;
        slot.parcel = this.#parcels.get(event.authorisation ?? '') ?? slot.parcel;
        return;
      case 'slot.settled':
        slot.settled = true;
        if (!event.occupied) slot.parcel = undefined;
        return;
      case 'reopening.lapsed':
        slot.reopenableBy = undefined;
    }
  }

  compareWith({ slots, openings, redemptions }: Tables): void {
    for (const { slot, occupancy, reopening } of slots.values()) {
      const { parcel, settled, reopenableBy, alive } = this.#of(slot);
      const told = settled ? (parcel ? 'occupied' : 'empty') : 'unsettled';
      this.#same(`slot ${slot}`, occupancy, told);
      this.#same(`who may open slot ${slot} again`, reopening?.grant, reopenableBy);
      this.#same(`the opening of slot ${slot}`, openings.get(slot)?.authorisation, alive?.id);
    }
    for (const grant of this.#redeemed)
      if (!redemptions.has(grant)) this.#breach('I4', `the table has forgotten that ${grant} was redeemed`);
    for (const { grant } of redemptions.values())
      if (!this.#redeemed.has(grant))
        this.#breach('I4', `${grant} is redeemed in the table, not in the journal`);
  }

  #of(slot: number): SlotBelief {
    const known = this.#slots.get(slot);
    if (known) return known;
    const fresh = { parcel: undefined, settled: true, reopenableBy: undefined, alive: undefined };
    this.#slots.set(slot, fresh);
    return fresh;
  }

  #authorised(fact: Authorised, slot: SlotBelief, life: number): void {
    const { authorisation: id, purpose, allowedBy, barcode, booking } = fact;
    const at = `slot ${fact.slot}, ${purpose} by ${allowedBy.means} ${allowedBy.id}`;
    if (slot.alive) this.#breach('I3', `${at}: authorisation ${slot.alive.id} has no end yet`);
    if (purpose === 'deposit') this.#mayTake(slot, fact, at);
    else this.#mayFetch(slot, fact, at);
    if (purpose !== 'reopen') slot.reopenableBy = undefined;
    const parcel = barcode === undefined ? undefined : { barcode, booking };
    slot.alive = { id, life, by: allowedBy.id, parcel };
    this.#parcels.set(id, parcel);
  }

  /** A slot of which nobody knows may take only the parcel that may lie in it already. */
  #mayTake({ parcel, settled, reopenableBy }: SlotBelief, { barcode }: Authorised, at: string): void {
    if (parcel && settled) this.#breach('I6', `${at}: ${parcel.barcode} lies inside`);
    if (!settled && parcel?.barcode !== barcode) this.#breach('I6', `${at}: nobody knows what lies inside`);
    if (reopenableBy) this.#breach('I6', `${at}: it may still be opened again by ${reopenableBy}`);
  }

  #mayFetch({ parcel, reopenableBy }: SlotBelief, { purpose, allowedBy }: Authorised, at: string): void {
    const booking = allowedBy.means === 'grant' ? this.#bookingOf(allowedBy.id) : undefined;
    if (!booking) return this.#breach('I8', `${at}: no grant of the server's`);
    // A parcel that came before its booking was known here is found by its label.
    const isTheirs =
      parcel?.booking === undefined ? parcel?.barcode === booking.barcode : parcel.booking === booking.id;
    const mayLookAgain = purpose === 'reopen' && !parcel && reopenableBy === allowedBy.id;
    if (!isTheirs && !mayLookAgain)
      this.#breach('I5', `${at}: for ${booking.barcode}, and inside lies ${parcel?.barcode ?? 'nothing'}`);
  }

  #redeem({ grant, authorisation }: Extract<LockerEvent, { kind: 'grant.redeemed' }>): void {
    if (this.#redeemed.has(grant)) this.#breach('I4', `${grant} is redeemed a second time`);
    if (!this.#seenOpen.has(authorisation))
      this.#breach('I4', `${grant} is redeemed, and no door was seen open`);
    this.#redeemed.add(grant);
  }

  #same(what: string, inTable: string | undefined, inJournal: string | undefined): void {
    if (inTable !== inJournal)
      this.#breach('journal', `${what} is ${inTable} in the tables, and ${inJournal} in the journal`);
  }
}
