import type { DownlinkKind, Uplink, UplinkKind, UplinkListener } from '../../ports/uplink.ts';

/** A line to a server in the hands of a test, which plays broker and server. */
export interface FakeUplink extends Uplink {
  /** While false, attempts fail; set to false, the session is lost and its will goes out. */
  setReachable(reachable: boolean): void;
  /** The server's message; nobody hears it while there is no session. */
  deliver(kind: DownlinkKind, payload: Uint8Array): void;
  /** Called with what the broker took. */
  onReceived: (kind: UplinkKind | 'will', payload: Uint8Array) => void;
}

interface Session {
  listener: UplinkListener;
  will: Uint8Array;
  up: boolean;
}

export function fakeUplink(): FakeUplink {
  let session: Session | undefined;
  let reachable = true;

  const settle = (mine: Session) => {
    if (session !== mine) return;
    mine.up = reachable;
    if (reachable) return mine.listener.onUp();
    session = undefined;
    mine.listener.onDown('the network is cut');
  };

  const uplink: FakeUplink = {
    onReceived: () => undefined,
    connect(listener, will) {
      // As a broker does when the same client comes anew: the line before is cut, and its will goes out.
      if (session?.up) uplink.onReceived('will', session.will);
      const mine = { listener, will, up: false };
      session = mine;
      queueMicrotask(() => settle(mine));
    },
    async send(kind, payload) {
      if (!session?.up) return false;
      uplink.onReceived(kind, payload);
      return true;
    },
    async disconnect() {
      session = undefined;
    },
    setReachable(next) {
      reachable = next;
      if (reachable || !session?.up) return;
      const { listener, will } = session;
      session = undefined;
      uplink.onReceived('will', will);
      listener.onDown('the network was cut');
    },
    deliver(kind, payload) {
      if (session?.up) session.listener.onMessage(kind, payload);
    },
  };
  return uplink;
}
