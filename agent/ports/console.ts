import { SlotNumber } from '@latchwork/shared';
import { z } from 'zod';
import type { ConsoleView } from '../core/console-view.ts';
import type { TechnicianAnswer } from '../core/effect.ts';
import type { TechnicianAsk } from '../core/input.ts';

/**
 * Where a technician on this machine looks at the doors and asks for what no stranger may. Whoever reaches it counts as
 * a technician, so an adapter lets in nobody but the machine's root and the agent's own user. Only `start` fails.
 */
export interface Console {
  /** Rejects with {@link ConsoleError}; people at the unit are served all the same. */
  start(listener: ConsoleListener): Promise<void>;
  /**
   * Something may have changed: looks only while somebody is there to see it. Whoever comes later sees the latest, and
   * whoever reads too slowly misses some in between.
   */
  show(look: () => ConsoleView): void;
  /** Facts as the journal has them, one JSON each. They are on disk already. */
  tell(facts: readonly string[]): void;
  /** To whoever asked; ignored when they are gone. */
  answer(request: string, answer: TechnicianAnswer): void;
  /** Idempotent, never rejects. */
  stop(): Promise<void>;
}

export interface ConsoleListener {
  onAsk(asked: { request: string; user: string; ask: TechnicianAsk }): void;
}

export class ConsoleError extends Error {
  override readonly name = 'ConsoleError';
  readonly code: ConsoleErrorCode;
  constructor(code: ConsoleErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

export type ConsoleErrorCode =
  /** The path is longer than the system allows. */
  | 'path too long'
  /** The folder is open to others. */
  | 'not private'
  /** Another agent listens there. */
  | 'in use'
  | 'failed';

const slot = SlotNumber;

const Ask: z.ZodType<TechnicianAsk> = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('open'), slot }),
  z.strictObject({ do: z.literal('confirmDoor'), slot, position: z.enum(['open', 'closed']) }),
  z.strictObject({ do: z.literal('settle'), slot, occupied: z.boolean() }),
  z.strictObject({ do: z.literal('outOfService'), slot }),
  z.strictObject({ do: z.literal('inService'), slot }),
  z.strictObject({ do: z.literal('startService'), minutes: z.int() }),
  z.strictObject({ do: z.literal('endService') }),
]);

/** A user's name or number, as it goes into the journal. */
export const UserName = z.string().regex(/^[\w][\w.@-]{0,31}\$?$/, 'a user name');

/** One line from a technician. `id`: chosen by the asker, repeated in the answer. */
export const ConsoleAsk = z.strictObject({ id: z.int().min(1), user: UserName, ask: Ask });
export type ConsoleAsk = z.infer<typeof ConsoleAsk>;

/** One line to a technician. `error`: why the connection is ended. */
export type ConsoleMessage =
  | { view: ConsoleView }
  | { fact: { kind: string; [field: string]: unknown } }
  | { answer: TechnicianAnswer; id: number }
  | { error: string };
