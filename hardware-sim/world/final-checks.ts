import type { Tables } from '@latchwork/agent';
import type { LockerState } from '@latchwork/server';
import { chainNext, chainStart } from '@latchwork/shared';
import type { Centre } from './centre.ts';
import type { Double } from './double.ts';
import type { Network } from './network.ts';
import type { Breach } from './promises.ts';
import { type Site, slots } from './site.ts';
import type { Unit } from './unit.ts';
import type { Witness } from './witness.ts';

interface Parts {
  unit: Unit;
  centre: Centre;
  network: Network;
  witness: Witness;
  double: Double;
  breach: Breach;
}

/** At most as many messages as a window's batches, both ways, and as much again for those sent twice. */
const underWayMax = 64;

/** What must hold once faults have stopped and every timer has had its time. */
export function finalChecks(parts: Parts): void {
  const { unit, centre, network, witness, breach } = parts;
  const { tables } = unit.disk;
  if (!tables) return breach('I16', 'the disk is empty');
  witness.beliefs.compareWith(tables);
  const state = centre.state();
  const { locker, presence, slots: rows, plan } = state;
  const { meta } = tables;

  checkLog(parts, state, tables);
  if (meta.ackedSeq !== meta.nextSeq - 1)
    breach('I16', `the agent holds ${meta.ackedSeq} of ${meta.nextSeq - 1} facts for kept`);
  if (meta.serverEpoch !== plan.serverEpoch || meta.rev !== plan.rev)
    breach('I16', `the plan is at revision ${meta.rev} here and at ${plan.rev} on the server`);
  if (!presence?.online) breach('I16', 'the server holds the locker for offline');
  if (presence?.confirmedRev !== plan.rev || !presence.digestsAgree)
    breach('I16', `the server believes revision ${presence?.confirmedRev} to be in force, of ${plan.rev}`);
  checkIncarnations(parts, state, tables);
  for (const { slot, occupancy, reopening } of tables.slots.values()) {
    const ours = reopening && occupancy === 'empty' ? 'reopenable' : occupancy;
    const theirs = rows.find((row) => row.slot === slot)?.occupancy;
    if (ours !== theirs) breach('I16', `slot ${slot} is ${ours} here and ${theirs} on the server`);
  }
  checkDoors(tables, state, breach);
  if (rows.length !== slots.length || locker.freeSlots < 0)
    breach('I6', `${locker.freeSlots} free slots of ${rows.length}`);
  if (network.underWayMost > underWayMax)
    breach('I14', `${network.underWayMost} messages were under way at once`);
}

/** The server has every fact that there ever was, each incarnation's in its order, and the last one's as they are here. */
function checkLog(
  { unit, witness, breach }: Parts,
  { locker, incarnations, log }: LockerState,
  tables: Tables,
): void {
  const logged = new Set(log.map(({ eventId }) => eventId));
  const lost = [...witness.facts].filter(([id]) => !logged.has(id));
  if (lost.length > 0) breach('I1', `${lost.length} facts are on neither side, the first ${lost[0]?.[1]}`);
  for (const { incarnation, nextSeq, head } of incarnations) {
    const rows = log.filter((row) => row.incarnation === incarnation);
    let chain = chainStart(locker.lockerId, incarnation);
    for (const [index, row] of rows.entries()) {
      chain = chainNext(chain, row.line);
      if (row.seq !== index + 1) breach('I2', `fact ${row.seq} follows fact ${index} on the server`);
      if (row.hash !== chain) breach('I2', `fact ${row.seq} does not continue the chain on the server`);
      if (row.setAside !== null) breach('I2', `fact ${row.seq}, ${row.kind}, is set aside: ${row.setAside}`);
    }
    if (nextSeq !== rows.length + 1 || head !== chain)
      breach('I2', `the cursor of ${incarnation} stands at ${nextSeq}, after ${rows.length} facts`);
  }
  const current = log.filter((row) => row.incarnation === tables.meta.incarnation);
  for (const { seq, line } of unit.disk.journal)
    if (current[seq - 1]?.line !== line) breach('I16', `fact ${seq} is another one on the server`);
}

/** For each double that closes an incarnation, and each loss of the card, the locker starts at most one in its place. */
function checkIncarnations(
  { witness, double, breach }: Parts,
  { incarnations, presence }: LockerState,
  { meta }: Tables,
): void {
  const { incarnations: own } = witness;
  for (const { incarnation, fence } of incarnations) {
    if (!own.has(incarnation) && !double.incarnations.has(incarnation))
      breach('I11', `incarnation ${incarnation} is nobody's`);
    if (fence !== null && incarnation === meta.incarnation)
      breach('I16', `the locker's incarnation is closed: ${fence}`);
  }
  if (presence?.session?.incarnation !== meta.incarnation)
    breach('I16', "the session is not of the locker's incarnation");
  const causes = double.incarnations.size + witness.cardLosses;
  if (own.size > 1 + causes) breach('I11', `the locker lived ${own.size} times, for ${causes} causes`);
}

/** What operators are shown of the doors: why none is offered that the locker took out of service, and how each does. */
function checkDoors(
  { slots, health }: Tables,
  { slots: rows, log, doorHealth }: LockerState,
  breach: Breach,
): void {
  for (const { slot, faulty, wearing } of rows) {
    const outOfService = (slots.get(slot)?.outOfService.length ?? 0) > 0;
    if (faulty !== outOfService)
      breach('I16', `slot ${slot} is out of service: ${outOfService} here and ${faulty} on the server`);
    const ours = health.get(slot)?.wearing ?? null;
    if (wearing !== ours) breach('I16', `latch ${slot} wears: ${ours} here and ${wearing} on the server`);
  }
  const told = new Set(log.flatMap(({ kind, eventId }) => (kind === 'door.health' ? [eventId] : []))).size;
  if (doorHealth.length !== told)
    breach('I16', `of ${told} days of doors, ${doorHealth.length} are counted on the server`);
}

/** What lies in each slot is what its row says, or its row says that nobody knows. */
export function checkParcels({ slots: rows }: Tables, site: Site, breach: Breach): void {
  for (const { slot, occupancy, parcel } of rows.values()) {
    const inside = site.inside(slot);
    if (occupancy === 'unsettled') continue;
    const known = occupancy === 'occupied' ? parcel?.barcode : undefined;
    if (known !== inside)
      breach(
        'parcels',
        `in slot ${slot} lies ${inside ?? 'nothing'}, and it is known as ${known ?? 'empty'}`,
      );
  }
}
