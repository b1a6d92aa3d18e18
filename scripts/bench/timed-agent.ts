import { parseArgs } from 'node:util';
import { realClock, run, stderrLogger } from '@latchwork/agent';

/**
 * The agent as it runs everywhere, with a watch held at its ports: for each code typed it prints one line of JSON with
 * the Unix times, in milliseconds, at which it heard of it, began to commit, had committed, and called for the pulse.
 * Takes the options of `agent run` that a bench needs.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { data: { type: 'string' }, 'kiosk-port': { type: 'string' } },
});

let times: { heardAt?: number; commitAt?: number; committedAt?: number } | undefined;
const now = () => performance.timeOrigin + performance.now();

const agent = await run({
  folder: values.data ?? '',
  kioskPort: Number(values['kiosk-port']),
  clock: realClock(),
  logger: stderrLogger(),
  around: (ports) => ({
    ...ports,
    kiosk: {
      start: ({ onAction }) =>
        ports.kiosk.start({
          onAction(action) {
            times = action.do === 'enterCode' ? { heardAt: now() } : undefined;
            onAction(action);
          },
        }),
      show: ports.kiosk.show,
      stop: ports.kiosk.stop,
    },
    store: {
      ...ports.store,
      commit(change) {
        if (times) times.commitAt ??= now();
        ports.store.commit(change);
        if (times) times.committedAt ??= now();
      },
    },
    doors: {
      ...ports.doors,
      pulse(slot, pulseMs) {
        const pulsed = ports.doors.pulse(slot, pulseMs);
        if (times) process.stdout.write(`${JSON.stringify({ timed: { ...times, pulseAt: now() } })}\n`);
        times = undefined;
        return pulsed;
      },
    },
  }),
});
process.once('SIGTERM', () => void agent.stop().then(() => process.exit(0)));
process.stdout.write(
  `${JSON.stringify({ ready: 'agent', kiosk: agent.kioskUrl, locker: agent.lockerId })}\n`,
);
