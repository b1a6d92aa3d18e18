/** For tests: lockers that speak the protocol, and processors for them to speak to. */
export { ScriptedLocker, testKeys } from './scripted-locker.ts';
export { startTestBench, type TestBench } from './test-bench.ts';
export { testHandlers, testId, testRegistration } from './test-parts.ts';
export {
  connectLocker,
  repeating,
  startTestProcessor,
  type TestProcessor,
} from './test-processor.ts';
