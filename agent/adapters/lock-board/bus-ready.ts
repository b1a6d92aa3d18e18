import type { Clock } from '../../ports/clock.ts';
import { type EchoProbe, findEcho } from './bus-echo.ts';
import type { Exchanged } from './bus-exchange.ts';
import type { BusLink } from './bus-link.ts';

/** Silence between two commands, from the last byte sent or received (boards want 50 to 100 ms). */
export const COMMAND_GAP_MS = 50;
/** A line that goes on talking is waited for this often, but not for ever. */
const GAPS_MAX = 3;
/** A status reply is due within this, by the documents of the 8A family; the echo probe is a status query too. */
export const STATUS_TIMEOUT_MS = 500;

/** An echo is asked for so often where noise spoils what comes. */
const PROBES_MAX = 3;

/** `echo`: whether what is sent comes back and has to be cut out. `adapter` counts the times that another may have come. */
export type Prepared = { ok: true; echo: boolean; adapter: number } | { ok: false; detail: string };

export interface BusReady {
  /** Makes the line ready for a question: open, quiet for the gap, and known for an echo or none. */
  prepare(isClosed: () => boolean): Promise<Prepared>;
  /** Forgets what is known of the echo where an exchange speaks against it: an adapter may begin or end it at any time. */
  note(exchanged: Exchanged<unknown>, expected: { echo: boolean; replyDue: boolean }): void;
  /** Asks on a line that is ready, again where noise spoils it. */
  probeAgain(probe: EchoProbe): Promise<'echo' | 'none' | 'unclear'>;
}

export function busReady({
  link,
  clock,
  echoProbe,
}: {
  link: BusLink;
  clock: Clock;
  echoProbe: EchoProbe;
}): BusReady {
  let echo: boolean | undefined;
  let adapter = 0;

  const gap = async () => {
    for (let gaps = 0; gaps < GAPS_MAX; gaps++) {
      const waitMs = link.lastActiveMs() + COMMAND_GAP_MS - clock.monotonicMs();
      if (waitMs <= 0) return;
      await new Promise<void>((done) => clock.after(waitMs, done));
    }
  };

  const ask = (probe: EchoProbe) =>
    link.exchange({
      bytes: probe.bytes,
      timeoutMs: STATUS_TIMEOUT_MS,
      findReply: findEcho(probe),
      echo: false,
    });

  const prepare = async (isClosed: () => boolean): Promise<Prepared> => {
    while (!isClosed()) {
      const ready = await link.ready();
      if (!ready.ok) return ready;
      if (ready.fresh) {
        echo = undefined;
        adapter += 1;
      }
      await gap();
      if (echo !== undefined) return { ok: true, echo, adapter };
      const probed = await ask(echoProbe);
      if (probed.outcome !== 'reply') await link.drop();
      if (probed.outcome === 'line lost') return { ok: false, detail: probed.detail };
      if (probed.outcome === 'reply' && probed.reply === 'unclear') {
        // Taken for an echo until the next question: that can cost an acknowledgement, the other
        // mistake would invent one.
        await gap();
        return { ok: true, echo: true, adapter };
      }
      // Silence is an answer too: the adapter makes the echo, and needs no living board for it.
      echo = probed.outcome === 'reply' && probed.reply === 'echo';
    }
    return { ok: false, detail: 'closed' };
  };

  return {
    prepare,
    note: (exchanged, expected) => {
      if (exchanged.outcome === 'line lost') return;
      const heard = exchanged.heardBack !== 'no';
      const understood = exchanged.outcome === 'reply' || !expected.replyDue;
      if (expected.echo ? !heard || !understood : exchanged.heardBack === 'beside') echo = undefined;
    },
    probeAgain: async (probe) => {
      for (let probes = 0; probes < PROBES_MAX; probes++) {
        await gap();
        const probed = await ask(probe);
        if (probed.outcome === 'no answer') {
          // As at the first probe; the board may have been reset by the very pulse it acknowledged.
          await link.drop();
          return 'none';
        }
        if (probed.outcome !== 'reply') break;
        if (probed.reply === 'unclear') continue;
        echo = probed.reply === 'echo';
        return probed.reply;
      }
      echo = undefined;
      await link.drop();
      return 'unclear';
    },
  };
}
