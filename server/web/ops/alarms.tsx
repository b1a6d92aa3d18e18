import type { LockerId } from '@latchwork/shared';
import { clockTime } from './clock-time.ts';
import type { OpsState } from './ops-state.ts';

/** What came in since this page was opened. */
export function Alarms(props: { alarms: OpsState['alarms']; nameOf: (locker: LockerId) => string }) {
  const { alarms, nameOf } = props;
  return (
    <div role="log" aria-label="Alarms">
      {alarms.length > 0 && (
        <ul class="alarms">
          {alarms.map(({ id, at, alarm, locker, slot, detail }) => (
            <li key={id}>
              <time dateTime={new Date(at).toISOString()}>{clockTime(at)}</time> <strong>{alarm}</strong>{' '}
              {nameOf(locker)}
              {slot !== undefined && `, door ${slot}`}
              {detail !== '' && `: ${detail}`}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
