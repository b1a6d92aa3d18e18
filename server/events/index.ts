/** The Locker Event Processor. */
export { createEventProcessor } from './event-processor.ts';
export type { FactContext, FactHandler, FactHandlers, FactOf, Misfit } from './fact-handlers.ts';
export { quietLockersIn } from './quiet-lockers.ts';
