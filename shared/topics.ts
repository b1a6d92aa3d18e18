import { type Cell, cellOfLocker, LockerId } from './ids.ts';

export const upKinds = ['hello', 'events', 'beat', 'reply', 'will'] as const;
export const downKinds = ['want', 'plan', 'command'] as const;
export const opsKinds = ['status', 'alarm', 'result', 'request'] as const;

export type Topic =
  | { direction: 'up'; kind: (typeof upKinds)[number]; cell: Cell; locker: LockerId }
  | { direction: 'down'; kind: (typeof downKinds)[number]; cell: Cell; locker: LockerId }
  | { direction: 'ops'; kind: (typeof opsKinds)[number]; cell: Cell; locker: LockerId };

type TopicName = {
  [D in Topic['direction']]: `${D}/${Extract<Topic, { direction: D }>['kind']}`;
}[Topic['direction']];

/** `lw1/{cell}/{lockerId}/{direction}/{kind}` */
export function topicFor(locker: LockerId, name: TopicName): string {
  return `lw1/${cellOfLocker(locker)}/${locker}/${name}`;
}

/** The parts of a topic, or undefined for one that is not ours or whose cell is not its locker's. */
export function parseTopic(topic: string): Topic | undefined {
  const [version, cell, locker, direction, kind, ...rest] = topic.split('/');
  if (version !== 'lw1' || rest.length > 0 || !LockerId.safeParse(locker).success) return undefined;
  if (locker === undefined || cellOfLocker(locker) !== cell) return undefined;
  const kinds: Record<string, readonly string[]> = { up: upKinds, down: downKinds, ops: opsKinds };
  const known = direction !== undefined && Object.hasOwn(kinds, direction) ? kinds[direction] : undefined;
  if (kind === undefined || !known?.includes(kind)) return undefined;
  return { direction, kind, cell, locker } as Topic;
}
