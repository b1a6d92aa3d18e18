import type { LiveMessage, OpsEvent, OpsLocker } from '../../http/index.ts';

type Alarm = Extract<LiveMessage, { name: 'alarm' }>['data'];

/** What the operations page shows, newest first, each list bounded. */
export interface OpsState {
  /** Null before the first answer. */
  lockers: OpsLocker[] | null;
  events: OpsEvent[];
  alarms: Alarm[];
  connected: boolean;
  trouble: string | null;
}

export type OpsChange =
  | { kind: 'lockers'; lockers: OpsLocker[] }
  | { kind: 'locker'; locker: OpsLocker }
  | { kind: 'events'; events: OpsEvent[] }
  | { kind: 'alarm'; alarm: Alarm }
  | { kind: 'connected'; connected: boolean }
  | { kind: 'trouble'; words: string };

const eventsMax = 200;
const alarmsMax = 10;

export const emptyOps: OpsState = { lockers: null, events: [], alarms: [], connected: true, trouble: null };

export function changeOps(state: OpsState, change: OpsChange): OpsState {
  switch (change.kind) {
    case 'lockers':
      return { ...state, lockers: change.lockers, trouble: null };
    case 'locker': {
      const others = (state.lockers ?? []).filter(({ lockerId }) => lockerId !== change.locker.lockerId);
      const lockers = [...others, change.locker].sort((a, b) => a.name.localeCompare(b.name));
      return { ...state, lockers };
    }
    case 'events':
      return { ...state, events: merge(state.events, change.events) };
    case 'alarm': {
      const others = state.alarms.filter(({ id }) => id !== change.alarm.id);
      return { ...state, alarms: [change.alarm, ...others].slice(0, alarmsMax) };
    }
    case 'connected':
      return { ...state, connected: change.connected };
    case 'trouble':
      return { ...state, trouble: change.words };
  }
}

/** What is loaded and what comes live overlap: each row once, in the order of the log. */
function merge(before: OpsEvent[], news: OpsEvent[]): OpsEvent[] {
  const rows = new Map([...before, ...news].map((event) => [event.eventId, event]));
  return [...rows.values()].sort(newestFirst).slice(0, eventsMax);
}

function newestFirst(a: OpsEvent, b: OpsEvent): number {
  if (a.receivedAt !== b.receivedAt) return a.receivedAt < b.receivedAt ? 1 : -1;
  if (a.lockerId !== b.lockerId) return a.lockerId < b.lockerId ? 1 : -1;
  return b.ordinal - a.ordinal || b.seq - a.seq;
}
