import type { ServiceManager } from '../../ports/service-manager.ts';

/** A service manager in the hands of a test: what it was told, in order. */
export function fakeServiceManager(watchdogMs?: number): ServiceManager & { readonly told: string[] } {
  const told: string[] = [];
  return {
    watchdogMs,
    told,
    ready: () => void told.push('ready'),
    alive: () => void told.push('alive'),
    stopping: () => void told.push('stopping'),
  };
}
