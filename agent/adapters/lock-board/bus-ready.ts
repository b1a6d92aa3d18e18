import type { Clock } from '../../ports/clock.ts';
import { type EchoProbe, findEcho } from './bus-echo.ts';
import type { BusLink } from './bus-link.ts';

/** Silence between two commands, from the last byte sent or received (boards want 50 to 100 ms). */
export const COMMAND_GAP_MS = 50;
/** A line that goes on talking is waited for this often, but not for ever. */
const GAPS_MAX = 3;
/** A status reply is due within this, by the documents of the 8A family; the echo probe is a status query too. */
export const STATUS_TIMEOUT_MS = 500;

/** `echo`: whether what is sent comes back and has to be cut out. */
export type Prepared = { ok: true; echo: boolean } | { ok: false; detail: string };

/** Makes the line ready for a question: open, quiet for the gap, and known for an echo or none. */
export function busReady({ link, clock, echoProbe }: { link: BusLink; clock: Clock; echoProbe: EchoProbe }) {
  let echo: boolean | undefined;

  const gap = async () => {
    for (let gaps = 0; gaps < GAPS_MAX; gaps++) {
      const waitMs = link.lastActiveMs() + COMMAND_GAP_MS - clock.monotonicMs();
      if (waitMs <= 0) return;
      await new Promise<void>((done) => clock.after(waitMs, done));
    }
  };

  return async (isClosed: () => boolean): Promise<Prepared> => {
    while (!isClosed()) {
      const ready = await link.ready();
      if (!ready.ok) return ready;
      if (ready.fresh) echo = undefined;
      await gap();
      if (echo !== undefined) return { ok: true, echo };
      const { bytes } = echoProbe;
      const findReply = findEcho(echoProbe);
      const probed = await link.exchange({ bytes, timeoutMs: STATUS_TIMEOUT_MS, findReply, echo: false });
      if (probed.outcome !== 'reply') await link.drop();
      if (probed.outcome === 'line lost') return { ok: false, detail: probed.detail };
      if (probed.outcome === 'reply' && probed.reply === 'unclear') {
        // Taken for an echo until the next question: that can cost an acknowledgement, the other
        // mistake would invent one.
        await gap();
        return { ok: true, echo: true };
      }
      // Silence is an answer too: the adapter makes the echo, and needs no living board for it.
      echo = probed.outcome === 'reply' && probed.reply === 'echo';
    }
    return { ok: false, detail: 'closed' };
  };
}
