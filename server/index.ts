/** The program in the centre, for those who run it inside another: benches and simulations. */
export { addLocker, enrol, type NewLocker } from './access/index.ts';
export { realClock } from './clock.ts';
export { RunOptions } from './config.ts';
export { type Foundation, type Machine, openFoundation } from './foundation.ts';
export { stderrLogger } from './logger.ts';
export { realRandom } from './random.ts';
export { type RunningServer, runServer } from './run-server.ts';
