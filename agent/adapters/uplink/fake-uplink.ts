import type { DownlinkKind, Uplink, UplinkKind, UplinkListener } from '../../ports/uplink.ts';

/** A line to a server in the hands of a test. */
export interface FakeUplink extends Uplink {
  /** While false, attempts fail; set to false, the session is lost. */
  setReachable(reachable: boolean): void;
  /** The server's message; nobody hears it while there is no session. */
  deliver(kind: DownlinkKind, payload: Uint8Array): void;
  /** What the broker took. */
  onSent: (kind: UplinkKind, payload: Uint8Array) => void;
  readonly will: Uint8Array | undefined;
}

export function fakeUplink(): FakeUplink {
  let session: { listener: UplinkListener; up: boolean } | undefined;
  let reachable = true;
  const uplink: FakeUplink = {
    will: undefined,
    onSent: () => undefined,
    connect(listener, will) {
      const mine = { listener, up: false };
      session = mine;
      Object.assign(uplink, { will });
      queueMicrotask(() => {
        if (session !== mine) return;
        if (reachable) {
          mine.up = true;
          listener.onUp();
        } else {
          session = undefined;
          listener.onDown('the network is cut');
        }
      });
    },
    async send(kind, payload) {
      if (!session?.up) return false;
      uplink.onSent(kind, payload);
      return true;
    },
    async disconnect() {
      session = undefined;
    },
    setReachable(next) {
      reachable = next;
      if (reachable || !session?.up) return;
      const lost = session;
      session = undefined;
      lost.listener.onDown('the network was cut');
    },
    deliver(kind, payload) {
      if (session?.up) session.listener.onMessage(kind, payload);
    },
  };
  return uplink;
}
