import type { BusAnswer, SerialBus } from './serial-bus.ts';
import type { BoardLanguage } from './serial-profile.ts';

type Refused = Extract<BusAnswer<unknown>, { ok: false }>;

/** What a board has to be told before anything else, and before it is let go. */
export interface BoardContact {
  /** Tells it, unless it knows; undefined when it knows, else why it could not be told. */
  beforeRead(): Promise<Refused | undefined>;
  /** As for a read, but what a board may have forgotten meanwhile does not hold a pulse back. */
  beforePulse(): Promise<Refused | undefined>;
  /** The board did not answer: what it forgets when it is away it has to be told again. */
  lost(): void;
  /** Nothing where it was never told anything. */
  letGo(): Promise<void>;
}

export function boardContact(bus: SerialBus, { atContact, atClose, echoProbe }: BoardLanguage): BoardContact {
  let knows = atContact === undefined;
  let knewOnce = knows;
  let telling: Promise<Refused | undefined> | undefined;

  const tell = async (): Promise<Refused | undefined> => {
    if (atContact === undefined || knows) return undefined;
    const answer = await bus.ask({ ...atContact, echoProbe, urgent: true });
    knows = answer.ok;
    knewOnce ||= answer.ok;
    return answer.ok ? undefined : answer;
  };
  const tellOnce = () => {
    telling ??= tell().finally(() => {
      telling = undefined;
    });
    return telling;
  };

  return {
    beforeRead: tellOnce,
    beforePulse: async () => (knewOnce ? undefined : tellOnce()),
    lost: () => {
      if (atContact?.again) knows = false;
    },
    letGo: async () => {
      if (atClose && knewOnce) await bus.ask({ ...atClose, echoProbe, urgent: true });
    },
  };
}
