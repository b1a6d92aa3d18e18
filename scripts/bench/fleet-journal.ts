import {
  chainNext,
  chainStart,
  type EntityId,
  entityId,
  type Fact,
  type LockerId,
  type Uuid,
  uuidAt,
  uuidBase,
} from '@latchwork/shared';

/** The journal of a locker at which unannounced parcels are brought and fetched: real facts, one after another. */
export class FleetJournal {
  readonly incarnation: Uuid;
  readonly lines: string[] = [];
  /** `hashes[n]` is the chain's hash after line n; the first one is before every line. */
  readonly hashes: string[];
  readonly #locker: LockerId;
  readonly #ids: () => Uuid;

  /** @param number tells one locker's ids from another's */
  constructor(locker: LockerId, number: number) {
    this.#locker = locker;
    this.#ids = mint(number);
    this.incarnation = this.#ids();
    this.hashes = [chainStart(locker, this.incarnation)];
  }

  /** Adds whole parcels' lives until there are at least this many lines. */
  growTo(lines: number): void {
    for (let parcel = this.lines.length; this.lines.length < lines; parcel += 1)
      for (const fact of parcelFacts(this.#ids, this.#locker, parcel)) this.#add(fact);
  }

  #add({ kind, ...body }: Fact): void {
    const seq = this.lines.length + 1;
    const line = JSON.stringify({ id: this.#ids(), seq, at: startMs + seq, clock: 'good', kind, ...body });
    this.lines.push(line);
    this.hashes.push(chainNext(this.hashes.at(-1) ?? '', line));
  }
}

const startMs = Date.UTC(2026, 0, 1);

function mint(number: number): () => Uuid {
  const random = new Uint8Array(8);
  let count = 0;
  return () => {
    new DataView(random.buffer).setUint32(2, number);
    const base = uuidBase(startMs + Math.floor(count / 65_536), random);
    count += 1;
    return uuidAt(base, (count - 1) % 65_536);
  };
}

const doors = 16;
const courier: EntityId = entityId('gb', uuidAt(uuidBase(startMs, new Uint8Array(8).fill(9)), 1));

/** Nineteen facts, as the agent states them. */
function parcelFacts(id: () => Uuid, locker: LockerId, parcel: number): Fact[] {
  const slot = 1 + (parcel % doors);
  const barcode = `${locker}-${parcel}`.toUpperCase();
  const grant = entityId('gb', id());
  const [bringing, fetching, deposit, collection] = [id(), id(), id(), id()];
  const allowedByCourier = { means: 'courier badge', id: courier } as const;
  const allowedByGrant = { means: 'grant', id: grant } as const;
  const opened = (authorisation: Uuid): Fact[] => [
    { kind: 'door.pulsed', authorisation, slot, attempt: 1, acknowledged: true },
    { kind: 'door.opened', authorisation, slot, atStart: false },
  ];
  const ended = (authorisation: Uuid): Fact => ({
    kind: 'access.ended',
    authorisation,
    slot,
    outcome: 'done',
  });
  return [
    { kind: 'visit.started', visit: bringing, person: 'courier', courier },
    {
      kind: 'access.authorised',
      authorisation: deposit,
      slot,
      visit: bringing,
      purpose: 'deposit',
      allowedBy: allowedByCourier,
      barcode,
    },
    ...opened(deposit),
    { kind: 'door.closed', authorisation: deposit, slot },
    { kind: 'package.deposited', authorisation: deposit, slot, visit: bringing, courier, barcode, size: 'S' },
    ended(deposit),
    { kind: 'visit.ended', visit: bringing, reason: 'done' },
    { kind: 'visit.started', visit: fetching, person: 'recipient' },
    {
      kind: 'access.authorised',
      authorisation: collection,
      slot,
      visit: fetching,
      purpose: 'collect',
      allowedBy: allowedByGrant,
      barcode,
    },
    ...opened(collection),
    { kind: 'grant.redeemed', authorisation: collection, slot, grant },
    { kind: 'door.closed', authorisation: collection, slot },
    { kind: 'package.collected', authorisation: collection, slot, visit: fetching, grant },
    ended(collection),
    { kind: 'visit.ended', visit: fetching, reason: 'done' },
    { kind: 'reopening.lapsed', slot },
  ];
}
