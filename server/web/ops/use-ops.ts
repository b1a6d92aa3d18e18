import type { LockerId } from '@latchwork/shared';
import { useEffect, useReducer, useRef } from 'preact/hooks';
import type { LiveMessage, OpsEvents, OpsLockers } from '../../http/index.ts';
import { ask } from '../common/ask.ts';
import { changeOps, emptyOps, type OpsChange, type OpsState } from './ops-state.ts';

const retryMs = 5_000;

/** Lockers and log, loaded and then followed. `onNews` hears of each locker of which something changed. */
export function useOps(onNews: (locker: LockerId | null) => void): OpsState {
  const [state, change] = useReducer(changeOps, emptyOps);
  const listener = useRef(onNews);
  listener.current = onNews;

  useEffect(() => {
    let live: EventSource;
    let retry: ReturnType<typeof setTimeout>;
    const loadAll = () => {
      void load(change);
      listener.current(null);
    };
    const connect = () => {
      live = follow({ change, loadAll, onNews: (locker) => listener.current(locker) });
      live.onerror = () => {
        change({ kind: 'connected', connected: false });
        // A broken line the browser mends by itself; one that was refused it gives up, so then what there is is loaded.
        if (live.readyState !== EventSource.CLOSED) return;
        loadAll();
        retry = setTimeout(connect, retryMs);
      };
    };
    connect();
    return () => {
      clearTimeout(retry);
      live.close();
    };
  }, []);

  return state;
}

interface Follower {
  change: (change: OpsChange) => void;
  loadAll: () => void;
  onNews: (locker: LockerId) => void;
}

/** The stream tells only what changes, so at its start, and after a gap, all is loaded. */
function follow({ change, loadAll, onNews }: Follower): EventSource {
  const live = new EventSource('/v1/ops/live');
  const on = <Name extends LiveMessage['name']>(
    name: Name,
    take: (data: Extract<LiveMessage, { name: Name }>['data']) => void,
  ) => live.addEventListener(name, (message: MessageEvent<string>) => take(JSON.parse(message.data)));
  live.onopen = () => {
    change({ kind: 'connected', connected: true });
    loadAll();
  };
  on('missed', loadAll);
  on('event', (event) => {
    change({ kind: 'events', events: [event] });
    onNews(event.lockerId);
  });
  on('locker', (locker) => {
    change({ kind: 'locker', locker });
    onNews(locker.lockerId);
  });
  on('alarm', (alarm) => change({ kind: 'alarm', alarm }));
  return live;
}

async function load(change: (change: OpsChange) => void): Promise<void> {
  const [lockers, events] = await Promise.all([
    ask<OpsLockers>('/v1/ops/lockers'),
    ask<OpsEvents>('/v1/ops/events?limit=200'),
  ]);
  if (lockers.ok) change({ kind: 'lockers', lockers: lockers.value.lockers });
  if (events.ok) change({ kind: 'events', events: events.value.events });
  const refused = [lockers, events].find((answer) => !answer.ok);
  if (refused && !refused.ok) change({ kind: 'trouble', words: refused.words });
}
