import { type WebSocket, WebSocketServer } from 'ws';
import type { PanelSubject } from './subject.ts';

const VIEWERS_MAX = 32;
const MESSAGE_BYTES_MAX = 1024;
/** A viewer that does not read is dropped beyond this; it can come back and sees the whole state again. */
const UNREAD_BYTES_MAX = 1024 * 1024;

/** Sends the whole view to every viewer, at first and after each change. Takes nothing from them. */
export function createLive(subject: PanelSubject): { server: WebSocketServer; stop(): void } {
  const server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES_MAX });
  const show = (viewer: WebSocket, text: string) => {
    viewer.send(text);
    if (viewer.bufferedAmount > UNREAD_BYTES_MAX) viewer.terminate();
  };

  server.on('connection', (viewer) => {
    // An oversize message or a broken line ends the connection; nothing else hangs on it.
    viewer.on('error', () => {});
    if (server.clients.size > VIEWERS_MAX) return viewer.close(1013, 'too many viewers');
    return show(viewer, JSON.stringify(subject.view()));
  });
  const off = subject.onChange(() => {
    const text = JSON.stringify(subject.view());
    for (const viewer of server.clients) show(viewer, text);
  });

  return {
    server,
    stop: () => {
      off();
      for (const viewer of server.clients) viewer.terminate();
    },
  };
}
