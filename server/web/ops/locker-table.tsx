import type { LockerId } from '@latchwork/shared';
import type { OpsLocker } from '../../http/index.ts';
import { clockTime } from './clock-time.ts';

interface Props {
  lockers: OpsLocker[];
  shown: LockerId | null;
  onPick: (locker: LockerId) => void;
}

/** More rows than a person reads; the API has them all. */
const rowsMax = 200;

export function LockerTable({ lockers, shown, onPick }: Props) {
  return (
    <section class="card" aria-label="Lockers">
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Locker</th>
              <th scope="col">State</th>
              <th scope="col">Free</th>
              <th scope="col">Occupied</th>
              <th scope="col">Unsettled</th>
              <th scope="col">Out of service</th>
              <th scope="col">Plan</th>
              <th scope="col">Last heard</th>
            </tr>
          </thead>
          <tbody>
            {lockers.slice(0, rowsMax).map((locker) => (
              <Row
                key={locker.lockerId}
                locker={locker}
                isShown={locker.lockerId === shown}
                onPick={() => onPick(locker.lockerId)}
              />
            ))}
          </tbody>
        </table>
      </div>
      {lockers.length > rowsMax && <p class="quiet">And {lockers.length - rowsMax} more.</p>}
    </section>
  );
}

function Row({ locker, isShown, onPick }: { locker: OpsLocker; isShown: boolean; onPick: () => void }) {
  const { slots } = locker;
  return (
    <tr class={isShown ? 'shown' : ''}>
      <th scope="row">
        <button type="button" class="link" aria-pressed={isShown} onClick={onPick}>
          {locker.name}
        </button>
        <small>{locker.lockerId}</small>
      </th>
      <td>
        <span class={`badge ${locker.online ? 'good' : 'bad'}`}>{locker.online ? 'online' : 'offline'}</span>
        {locker.status !== 'active' && <small>{statuses[locker.status]}</small>}
      </td>
      <td>
        {slots.free} <small>of {slots.total}</small>
      </td>
      <td>{slots.occupied}</td>
      <td class={slots.unsettled > 0 ? 'attention' : ''}>{slots.unsettled}</td>
      <td class={slots.outOfService > 0 ? 'attention' : ''}>{slots.outOfService}</td>
      <td>
        <Plan plan={locker.plan} />
      </td>
      <td>{locker.lastHeardAt === null ? 'never' : clockTime(locker.lastHeardAt)}</td>
    </tr>
  );
}

const statuses = { new: 'not enrolled yet', active: '', outOfService: 'out of service', retired: 'retired' };

/** What the locker said to have, against what it should have. */
function Plan({ plan }: { plan: OpsLocker['plan'] }) {
  const isUpToDate = plan.confirmedEpoch === plan.serverEpoch && plan.confirmedRev === plan.rev;
  return (
    <>
      {plan.confirmedEpoch === plan.serverEpoch ? plan.confirmedRev : '–'} of {plan.rev}{' '}
      <small>{isUpToDate ? (plan.digestsAgree ? 'agreed' : 'not compared yet') : 'behind'}</small>
    </>
  );
}
