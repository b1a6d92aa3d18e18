/** The Locker Event Processor. */
export { createEventProcessor, type EventProcessor, type EventProcessorOptions } from './event-processor.ts';
export type { FactContext, FactHandler, FactHandlers, FactOf, Misfit } from './fact-handlers.ts';
export type { QuietLockers } from './presence-watch.ts';
export { quietLockersIn } from './quiet-lockers.ts';
