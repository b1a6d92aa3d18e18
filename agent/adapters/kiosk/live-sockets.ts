import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { KioskAction } from '../../core/input.ts';
import type { KioskView } from '../../core/screen.ts';
import type { Clock } from '../../ports/clock.ts';
import { KioskActionMessage, type KioskMessage, pageIsHere } from '../../ports/kiosk.ts';

/** The kiosk's own page, a reload of it, a technician's, and some to spare. */
const socketsMax = 8;
const messageBytesMax = 1024;
/** A page that does not read is dropped beyond this; it can come back and sees the latest view. */
const unreadBytesMax = 256 * 1024;
/** Touches, of all pages together: this many at once, then as many a second as two hands can do. */
const touchesAtOnce = 30;
const touchesPerSecond = 10;

export interface LiveOptions {
  clock: Clock;
  onAction(action: KioskAction): void;
  /** What a page sees that comes now. */
  view(): KioskView | undefined;
}

export interface Live {
  /** How long no page has said that it is there, in milliseconds; counted from the start while none has. */
  silentMs(): number;
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  show(view: KioskView): void;
  stop(): void;
}

/** The sockets of all pages that show this kiosk. */
export function liveSockets({ clock, onAction, view }: LiveOptions): Live {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytesMax,
    perMessageDeflate: false,
  });
  const mayTouch = touchBudget(clock);
  let heardAtMs = clock.monotonicMs();

  server.on('connection', (page) => {
    // An oversize message or a broken line ends its connection; nothing else hangs on it.
    page.on('error', () => undefined);
    if (server.clients.size > socketsMax) return page.close(1013, 'too many pages');
    page.on('message', (data, isBinary) => {
      if (!isBinary && data.toString() === pageIsHere) {
        heardAtMs = clock.monotonicMs();
        return;
      }
      const action = isBinary ? undefined : parseAction(data);
      if (!mayTouch()) tell(page, { error: 'too many touches: this one was not taken' });
      else if (action) onAction(action);
      else tell(page, { error: 'not an action that this kiosk knows' });
    });
    const now = view();
    if (now) tell(page, now);
  });

  return {
    silentMs: () => clock.monotonicMs() - heardAtMs,
    accept: (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (page) => server.emit('connection', page, request)),
    show(next) {
      for (const page of server.clients) tell(page, next);
    },
    stop() {
      for (const page of server.clients) page.terminate();
      server.close();
    },
  };
}

function tell(page: WebSocket, message: KioskMessage): void {
  page.send(JSON.stringify(message), () => undefined);
  if (page.bufferedAmount > unreadBytesMax) page.terminate();
}

/** Undefined for what is no action. The text may hold a code, so it is neither logged nor sent back. */
function parseAction(data: RawData): KioskAction | undefined {
  try {
    return KioskActionMessage.safeParse(JSON.parse(data.toString())).data;
  } catch {
    return undefined;
  }
}

function touchBudget(clock: Clock): () => boolean {
  let left = touchesAtOnce;
  let atMs = clock.monotonicMs();
  return () => {
    const nowMs = clock.monotonicMs();
    left = Math.min(touchesAtOnce, left + ((nowMs - atMs) / 1000) * touchesPerSecond);
    atMs = nowMs;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
