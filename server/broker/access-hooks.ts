import type { AuthenticateError, Client, ConnectPacket } from 'aedes';
import { type Authenticate, mayConnect, mayPublish, maySubscribe, type Principal } from './access-control.ts';
import type { Logger } from './logger.ts';
import type { Peer } from './mutual-tls.ts';

/** What the broker asks before it lets a client do anything. `peerOf` tells with which certificate it came, if any. */
export function accessHooks({
  authenticate,
  peerOf,
  logger,
}: {
  authenticate: Authenticate;
  peerOf: (client: Client) => Peer | undefined;
  logger: Logger;
}) {
  const connects = new WeakMap<Client, ConnectPacket>();
  const principals = new WeakMap<Client, Principal>();
  const admit = async (client: Client, username: string, password: string): Promise<boolean> => {
    const packet = connects.get(client);
    if (!packet) return false;
    connects.delete(client);
    const { clientId } = packet;
    const principal = await authenticate({ username, password, clientId, certificate: peerOf(client) });
    const will = packet.will && {
      topic: packet.will.topic,
      qos: packet.will.qos ?? 0,
      retain: packet.will.retain ?? false,
    };
    if (!principal || !mayConnect(principal, { clientId, clean: packet.clean ?? false, will })) return false;
    principals.set(client, principal);
    return true;
  };
  return {
    preConnect(client: Client, packet: ConnectPacket, done: (error: Error | null, ok: boolean) => void) {
      connects.set(client, packet);
      done(null, true);
    },
    authenticate(
      client: Client,
      username: string | undefined,
      password: Readonly<Buffer> | undefined,
      done: (error: AuthenticateError | null, ok: boolean | null) => void,
    ) {
      admit(client, username ?? '', password?.toString() ?? '').then(
        (ok) => done(ok ? null : refusal('not authorised', 5), ok),
        (error: unknown) => {
          logger.error({ err: error }, 'The broker could not check a password');
          done(refusal('cannot check passwords now', 3), false);
        },
      );
    },
    authorizePublish(
      client: Client | null,
      packet: { topic: string; qos: number; retain: boolean },
      done: (error?: Error | null) => void,
    ) {
      const principal = client ? principals.get(client) : undefined;
      if (principal && mayPublish(principal, packet)) done(null);
      else done(new Error(`may not publish to ${packet.topic.slice(0, 80)}`));
    },
    authorizeSubscribe<S extends { topic: string }>(
      client: Client,
      subscription: S,
      done: (error: Error | null, subscription?: S | null) => void,
    ) {
      const principal = principals.get(client);
      done(null, principal && maySubscribe(principal, subscription.topic) ? subscription : null);
    },
  };
}

/** @param returnCode of CONNACK, MQTT 3.1.1 section 3.2.2.3: 3 is unavailable, 5 not authorised */
function refusal(message: string, returnCode: 3 | 5): AuthenticateError {
  return Object.assign(new Error(message), { returnCode });
}
