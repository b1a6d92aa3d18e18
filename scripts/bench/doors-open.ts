import { setTimeout as pause } from 'node:timers/promises';
import { openCabinet, realClock } from '@latchwork/agent';
import type { Bench, BenchPlace, Figures } from './bench.ts';
import { doors, exchangeFloorMs, openPollLine } from './poll-line.ts';
import { median, quantile, rounded } from './statistics.ts';

const opens = 90;
/** The command that drives a coil, of the "8A" boards. */
const unlockHeader = 0x8a;
/** A prime, so that the requests fall anywhere in the rhythm of the polls. */
const apartMs = 331;

/** How long a request waits for the line while every board is polled as fast as it goes. */
export const doorsOpen: Bench = {
  name: 'doors-open',
  says: `milliseconds from asking a door to open to the first byte of its pulse on a line where ${doors} doors are polled fast`,
  load: `${opens} doors on four boards on one line of 9600 baud, a person waiting at each board; real drivers and power limits over a real line to simulated boards`,
  reach: {
    ratio:
      'p99 by the transaction in flight that a request may have to wait for (a status query, its reply and its gap)',
    atMost: 1.3,
  },
  run: measure,
};

async function measure(place: BenchPlace): Promise<Figures> {
  const { cabinet, file, line } = await openPollLine(place);
  const clock = realClock();
  const watched = openCabinet(file, { clock });
  place.atEnd(watched.stop);
  let pulsed: (atMs: number) => void = () => {};
  cabinet.onLockBytes((bytes) => {
    if (bytes[0] === unlockHeader) pulsed(performance.now());
  });
  const listener = { onDoor() {}, onContents() {}, onServiceSwitch() {}, onBoard() {}, onSupply() {} };
  await watched.start(listener);
  // Somebody waits at a door of each board: all of them are polled as fast as the line goes.
  for (const { number } of file.slots) watched.watch(number, true);
  const openMs: number[] = [];
  for (let n = 0; n < opens; n += 1) {
    await pause(apartMs);
    const slot = (n % doors) + 1;
    const { promise, resolve } = Promise.withResolvers<number>();
    pulsed = resolve;
    const startedAt = performance.now();
    const opening = watched.pulse(slot, 300);
    openMs.push((await promise) - startedAt);
    const opened = await opening;
    if (!opened.ok) throw new Error(`slot ${slot}: ${opened.reason}`);
    void cabinet.pushShut(slot);
    // The supply's own rest after a pulse is a power limit, and not the line's doing.
    await pause(600);
  }
  return {
    ratio: rounded(quantile(openMs, 0.99) / exchangeFloorMs),
    openP50Ms: rounded(median(openMs)),
    openP99Ms: rounded(quantile(openMs, 0.99)),
    openMostMs: rounded(Math.max(...openMs)),
    floorMs: rounded(exchangeFloorMs),
    opens,
    line,
  };
}
