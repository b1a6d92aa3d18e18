import type { LockerId } from '@latchwork/shared';
import { useState } from 'preact/hooks';
import { Page, Trouble } from '../common/page.tsx';
import { Alarms } from './alarms.tsx';
import { CabinetView } from './cabinet-view.tsx';
import { EventLog } from './event-log.tsx';
import { LockerTable } from './locker-table.tsx';
import { useLockerDetail, useOps } from './use-ops.ts';

/** How the network stands, as it changes. */
export function OpsPage() {
  const [picked, setPicked] = useState<LockerId | null>(null);
  const ops = useOps((changed) => {
    if (changed === null || changed === shown) refresh();
  });
  const shown = picked ?? ops.lockers?.[0]?.lockerId ?? null;
  const { detail, refresh } = useLockerDetail(shown);
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
        {detail && <CabinetView locker={detail} />}
        {ops.lockers && <EventLog events={ops.events} nameOf={nameOf} />}
      </div>
    </Page>
  );
}
