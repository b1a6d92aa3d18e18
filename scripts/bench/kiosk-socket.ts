import type { KioskAction, KioskView } from '@latchwork/agent';
import WebSocket from 'ws';

/** A person at the kiosk, through the socket that its page uses. */
export interface KioskSocket {
  touch(action: KioskAction): void;
  /** Resolves as soon as what is shown fits, now or later; rejects with what is shown instead after ten seconds. */
  see(what: string, fits: (view: KioskView) => boolean): Promise<void>;
  close(): void;
}

const patienceMs = 10_000;

export async function openKiosk(url: string): Promise<KioskSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/live`);
  let view: KioskView | undefined;
  let waiting: (() => void)[] = [];
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as KioskView | { error: string };
    if ('error' in message) throw new Error(`the kiosk says: ${message.error}`);
    view = message;
    for (const look of waiting.splice(0)) look();
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return {
    touch: (action) => socket.send(JSON.stringify(action)),
    see: (what, fits) =>
      new Promise((resolve, reject) => {
        const giveUp = setTimeout(() => {
          waiting = [];
          reject(
            new Error(`waited in vain to see ${what} on the kiosk, which shows ${JSON.stringify(view)}`),
          );
        }, patienceMs);
        const look = () => {
          if (view && fits(view)) {
            clearTimeout(giveUp);
            resolve();
          } else waiting.push(look);
        };
        look();
      }),
    close: () => socket.terminate(),
  };
}
