import { probeOf, type SerialProfileName } from './profiles.ts';
import type { SerialBus } from './serial-bus.ts';

/** A board on a healthy line answers a status query long before this; a search asks many who are not there. */
const PROBE_TIMEOUT_MS = 200;

/**
 * `channels`: as many as the reply had room for, which may be more than the board has; undefined where
 * the reply does not tell. `garbage`: something talks, maybe at another rate.
 */
export type Probed =
  | { heard: 'board'; channels: number | undefined; inputs: number }
  | { heard: 'nothing' | 'garbage' }
  | { heard: 'line lost'; detail: string };

/** Asks once whether a board of this kind lives at this address. Reads only, drives nothing. */
export async function probeBoard(
  bus: SerialBus,
  { profile, address }: { profile: SerialProfileName; address: number },
): Promise<Probed> {
  const { status, inputs, echoProbe } = probeOf(profile, address);
  const answer = await bus.ask({
    ...status,
    echoProbe,
    urgent: false,
    timeoutMs: PROBE_TIMEOUT_MS,
    replyDue: false,
  });
  if (answer.ok) {
    const channels = answer.reply.doors.filter((bit) => bit !== undefined).length;
    return { heard: 'board', channels: channels === 0 ? undefined : channels, inputs };
  }
  if (answer.reason === 'refused') return { heard: 'board', channels: undefined, inputs: 0 };
  if (answer.reason === 'garbage') return { heard: 'garbage' };
  return answer.reason === 'no answer' ? { heard: 'nothing' } : { heard: 'line lost', detail: answer.detail };
}
