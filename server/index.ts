/** The program in the centre, for those who run it inside another: benches and simulations. */
export { addLocker, enrol, type NewLocker } from './access/index.ts';
export { decideBooking, decideCancel } from './booking/index.ts';
export { type BrokerLink, createDownlink, type OnMessage } from './broker/index.ts';
export { type Clock, realClock } from './clock.ts';
export { RunOptions } from './config.ts';
export { createEventProcessor, type FactHandlers } from './events/index.ts';
export { type Foundation, type Machine, openFoundation } from './foundation.ts';
export { type LockerState, type MemoryLedger, memoryLedger } from './ledger/index.ts';
export { stderrLogger } from './logger.ts';
export { packageFacts, quietFacts, slotFacts } from './packages/index.ts';
export { createPlanSender, nextEpoch } from './plan/index.ts';
export { realRandom, seededRandom } from './random.ts';
export { type RunningServer, runServer } from './run-server.ts';
