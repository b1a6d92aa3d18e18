import type { KioskAction } from '../core/input.ts';
import type { KioskView } from '../core/screen.ts';
import type { KioskMessage, pageIsHere } from '../ports/kiosk.ts';

const firstRetryMs = 250;
const longestRetryMs = 5_000;
/** Often enough that one lost word does not make the browser start anew. */
const hereEveryMs = 15_000;
const here: typeof pageIsHere = 'here';

export interface LiveListener {
  onView(view: KioskView): void;
  /** The agent did not take what was sent last. */
  onRefused(): void;
  onLost(): void;
  /** The line stands again after it was lost. */
  onBack(): void;
}

export interface Live {
  /** False when there is no line now: nothing was sent, and nothing will be later. */
  send(action: KioskAction): boolean;
  stop(): void;
}

/** The line to the agent. Comes back by itself, with longer and longer pauses between its tries. */
export function connectLive(listener: LiveListener): Live {
  let socket: WebSocket | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let wasLost = false;

  const connect = () => {
    const current = new WebSocket('/live');
    socket = current;
    current.onopen = () => current.send(here);
    current.onmessage = ({ data }) => {
      const message: KioskMessage = JSON.parse(data);
      if ('error' in message) return listener.onRefused();
      // Not at `onopen`: an agent that is full opens the line only to say so.
      failures = 0;
      if (wasLost) listener.onBack();
      wasLost = false;
      listener.onView(message);
    };
    current.onclose = () => {
      if (!wasLost) listener.onLost();
      wasLost = true;
      const pauseMs = Math.min(longestRetryMs, firstRetryMs * 2 ** failures);
      failures += 1;
      retry = setTimeout(connect, pauseMs * (0.5 + Math.random() / 2));
    };
  };
  connect();
  const saying = setInterval(() => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(here);
  }, hereEveryMs);

  return {
    send(action) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(action));
      return true;
    },
    stop() {
      clearTimeout(retry);
      clearInterval(saying);
      if (!socket) return;
      socket.onclose = null;
      socket.close();
    },
  };
}
