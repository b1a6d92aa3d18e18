import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { KioskAction } from '../core/input.ts';
import type { KioskView } from '../core/screen.ts';
import { reloadIfOutdated } from './freshness.ts';
import { connectLive, type Live } from './live.ts';

const refusedShownMs = 4_000;

export interface Locker {
  /** As the agent last said; null before it said anything. */
  view: KioskView | null;
  /** When the notice that is shown first came, in Unix milliseconds. */
  noticeSinceMs: number;
  connected: boolean;
  /** What was touched last was not taken. */
  refused: boolean;
  send(action: KioskAction): void;
}

export function useLocker(): Locker {
  const live = useRef<Live | null>(null);
  const [{ view, noticeSinceMs }, setShown] = useState<Shown>({ view: null, noticeSinceMs: 0 });
  const [connected, setConnected] = useState(false);
  const [refused, setRefused] = useState(false);

  useEffect(() => {
    const line = connectLive({
      onView(next) {
        setShown((before) => shownNext(before, next));
        setConnected(true);
        setRefused(false);
      },
      onRefused: () => setRefused(true),
      onLost: () => setConnected(false),
      onBack: () => void reloadIfOutdated(),
    });
    live.current = line;
    return () => line.stop();
  }, []);

  useEffect(() => {
    if (!refused) return;
    const timer = setTimeout(() => setRefused(false), refusedShownMs);
    return () => clearTimeout(timer);
  }, [refused]);

  const send = useCallback((action: KioskAction) => {
    if (!live.current?.send(action)) setRefused(true);
  }, []);

  return { view, noticeSinceMs, connected, refused, send };
}

type Shown = Pick<Locker, 'view' | 'noticeSinceMs'>;

/** A view comes whole at every change, so most bring the same notice once more. */
function shownNext(before: Shown, view: KioskView): Shown {
  const isSame = JSON.stringify(before.view?.notice) === JSON.stringify(view.notice);
  return { view, noticeSinceMs: isSame ? before.noticeSinceMs : Date.now() };
}
