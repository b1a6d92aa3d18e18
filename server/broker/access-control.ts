import { LockerId, parseTopic } from '@latchwork/shared';
import type { Peer } from './mutual-tls.ts';

/** Who a broker connection speaks for, once its certificate or password was found right. */
export type Principal =
  /** Its user name and its client id are its locker id. */
  | { role: 'locker'; locker: LockerId }
  /** `user` is `operator:` and the operator's id. */
  | { role: 'operator'; user: string }
  | { role: 'server'; user: string };

/**
 * Resolves with undefined for a wrong name, password or certificate. Compares in constant time; may ask the database.
 * Where there is a certificate, it alone says who this is, and the name must be the same.
 */
export type Authenticate = (credentials: {
  username: string;
  password: string;
  clientId: string;
  certificate: Peer | undefined;
}) => Principal | undefined | Promise<Principal | undefined>;

export interface ConnectWish {
  clientId: string;
  clean: boolean;
  will: { topic: string; qos: number; retain: boolean } | undefined;
}

export interface PublishWish {
  topic: string;
  qos: number;
  retain: boolean;
}

/**
 * A client id that belongs to another would throw that one off the broker, so each keeps to its own. A
 * session that outlives its connection would be a queue without bound, so there are none.
 */
export function mayConnect(principal: Principal, { clientId, clean, will }: ConnectWish): boolean {
  if (!clean) return false;
  if (principal.role === 'locker')
    return (
      clientId === principal.locker &&
      (will === undefined ||
        (isOwnUpTopic(principal.locker, will.topic, 'will') && !will.retain && will.qos < 2))
    );
  const own = clientId === '' || clientId === principal.user || clientId.startsWith(`${principal.user}:`);
  return own && will === undefined;
}

/** Only the server's summaries may be retained: anything else would outlive its freshness. */
export function mayPublish(principal: Principal, { topic, qos, retain }: PublishWish): boolean {
  if (qos > 1) return false;
  switch (principal.role) {
    case 'locker':
      return !retain && isOwnUpTopic(principal.locker, topic);
    case 'operator':
      return false;
    case 'server': {
      if (!retain) return topic.startsWith('lw1/');
      const parsed = parseTopic(topic);
      return parsed?.direction === 'ops' && parsed.kind === 'status';
    }
  }
}

/** `$share/…` is acknowledged by the broker and then delivers nothing, so like `$SYS/…` it is nobody's. */
export function maySubscribe(principal: Principal, filter: string): boolean {
  switch (principal.role) {
    case 'locker': {
      const parsed = parseTopic(filter);
      return parsed?.direction === 'down' && parsed.locker === principal.locker;
    }
    case 'operator':
      return isOpsFilter(filter);
    case 'server':
      return filter.startsWith('lw1/');
  }
}

function isOwnUpTopic(locker: LockerId, topic: string, kind?: 'will'): boolean {
  const parsed = parseTopic(topic);
  if (parsed?.direction !== 'up' || parsed.locker !== locker) return false;
  return kind === undefined || parsed.kind === kind;
}

const opsFilterKinds = ['status', 'alarm', 'result', '+', '#'];

function isOpsFilter(filter: string): boolean {
  const [version, cell, locker, direction, kind, ...rest] = filter.split('/');
  if (version !== 'lw1' || direction !== 'ops' || rest.length > 0 || kind === undefined) return false;
  if (cell === undefined || cell === '' || cell.includes('#')) return false;
  return (locker === '+' || LockerId.safeParse(locker).success) && opsFilterKinds.includes(kind);
}
