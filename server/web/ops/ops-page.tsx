import type { LockerId } from '@latchwork/shared';
import { useState } from 'preact/hooks';
import type { OpsDoors, OpsLockerDetail } from '../../http/index.ts';
import { Page, Trouble } from '../common/page.tsx';
import { Alarms } from './alarms.tsx';
import { CabinetView } from './cabinet-view.tsx';
import { DoorTable } from './door-table.tsx';
import { EventLog } from './event-log.tsx';
import { LockerTable } from './locker-table.tsx';
import { useFollowed } from './use-followed.ts';
import { useOps } from './use-ops.ts';

/** Between two looks. How doors do changes by the day; their positions are in the cabinet's own view. */
const pausesMs = { detail: 200, doors: 1_000 } as const;

/** How the network stands, as it changes. */
export function OpsPage() {
  const [picked, setPicked] = useState<LockerId | null>(null);
  const ops = useOps((changed) => {
    if (changed !== null && changed !== shown) return;
    detail.refresh();
    doors.refresh();
  });
  const shown = picked ?? ops.lockers?.[0]?.lockerId ?? null;
  const path = shown && `/v1/ops/lockers/${shown}`;
  const detail = useFollowed<OpsLockerDetail>(path, pausesMs.detail);
  const doors = useFollowed<OpsDoors>(path && `${path}/doors`, pausesMs.doors);
  const nameOf = (lockerId: LockerId) =>
    ops.lockers?.find((locker) => locker.lockerId === lockerId)?.name ?? lockerId;

  return (
    <Page title="Operations">
      <div class="stack">
        {!ops.connected && (
          <Trouble words="The live connection is lost, so what you see may be old. Trying again…" />
        )}
        <Trouble words={ops.trouble} />
        {ops.lockers === null && !ops.trouble && <p class="card">Loading…</p>}
        {ops.lockers?.length === 0 && (
          <p class="card">
            No locker is registered yet. <code>server locker create</code> registers one.
          </p>
        )}
        <Alarms alarms={ops.alarms} nameOf={nameOf} />
        {ops.lockers && ops.lockers.length > 0 && (
          <LockerTable lockers={ops.lockers} shown={shown} onPick={setPicked} />
        )}
        {detail.value && <CabinetView locker={detail.value} />}
        {doors.value && shown && <DoorTable name={nameOf(shown)} {...doors.value} />}
        {ops.lockers && <EventLog events={ops.events} nameOf={nameOf} />}
      </div>
    </Page>
  );
}
