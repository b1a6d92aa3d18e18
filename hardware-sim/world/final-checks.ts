import type { Tables } from '@latchwork/agent';
import type { LockerState } from '@latchwork/server';
import { chainNext, chainStart } from '@latchwork/shared';
import type { Centre } from './centre.ts';
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
  breach: Breach;
}

/** At most as many messages as a window's batches, both ways, and as much again for those sent twice. */
const underWayMax = 64;

/** What must hold once faults have stopped and every timer has had its time. */
export function finalChecks({ unit, centre, network, witness, breach }: Parts): void {
  const { tables, journal } = unit.disk;
  if (!tables) return breach('I16', 'the disk is empty');
  witness.beliefs.compareWith(tables);
  const state = centre.state();
  const { locker, presence, incarnations, slots: rows, log, plan } = state;
  const { meta } = tables;

  if (log.length !== journal.length) breach('I16', `the server has ${log.length} facts of ${journal.length}`);
  let head = chainStart(locker.lockerId, meta.incarnation);
  for (const [index, row] of log.entries()) {
    head = chainNext(head, row.line);
    if (row.seq !== index + 1) breach('I2', `fact ${row.seq} follows fact ${index} on the server`);
    if (row.line !== journal[index]?.line || row.hash !== head)
      breach('I2', `fact ${row.seq} is another one on the server`);
    if (row.setAside !== null) breach('I2', `fact ${row.seq}, ${row.kind}, is set aside: ${row.setAside}`);
  }
  if (meta.ackedSeq !== meta.nextSeq - 1)
    breach('I16', `the agent holds ${meta.ackedSeq} of ${meta.nextSeq - 1} facts for kept`);
  if (meta.serverEpoch !== plan.serverEpoch || meta.rev !== plan.rev)
    breach('I16', `the plan is at revision ${meta.rev} here and at ${plan.rev} on the server`);
  if (!presence?.online) breach('I16', 'the server holds the locker for offline');
  if (presence?.confirmedRev !== plan.rev || !presence.digestsAgree)
    breach('I16', `the server believes revision ${presence?.confirmedRev} to be in force, of ${plan.rev}`);
  if (incarnations.length !== 1 || incarnations.some(({ fence }) => fence !== null))
    breach('I11', `${incarnations.length} incarnations, one of them closed`);
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
  const told = log.filter(({ kind }) => kind === 'door.health').length;
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
