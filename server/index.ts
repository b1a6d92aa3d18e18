/** The program in the centre, for those who run it inside another: benches and simulations. */
export { realClock } from './clock.ts';
export { RunOptions } from './config.ts';
export type { Machine } from './foundation.ts';
export { realRandom } from './random.ts';
export { type RunningServer, runServer } from './run-server.ts';
