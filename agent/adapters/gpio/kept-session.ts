import type { GpioFailure, GpioOutcome } from '../../ports/gpio.ts';
import { gpioFailure } from './gpio-failure.ts';

export type Found<T> = { ok: true; session: T } | GpioFailure;

/** What was opened on a chip, opened anew after it was lost, never twice at the same time. */
export interface KeptSession<T> {
  get(): Promise<Found<T>>;
  readonly current: T | undefined;
  /** False where it was lost before: then nothing of it is to be touched again. */
  lose(lost: T): boolean;
  /** From now on everything is `closed`; `end` gets what is open. */
  close(end: (session: T) => Promise<GpioOutcome>): Promise<GpioOutcome>;
}

export function keptSession<T>(begin: () => Promise<Found<T>>): KeptSession<T> {
  let current: T | undefined;
  let beginning: Promise<Found<T>> | undefined;
  let closing: Promise<GpioOutcome> | undefined;
  const closed = gpioFailure('closed', 'the GPIO lines were closed');

  const beginOnce = async (): Promise<Found<T>> => {
    const found = await begin();
    if (found.ok) current = found.session;
    return found;
  };
  const endIt = async (end: (session: T) => Promise<GpioOutcome>): Promise<GpioOutcome> => {
    await beginning;
    const last = current;
    current = undefined;
    return last === undefined ? { ok: true } : end(last);
  };

  return {
    get current() {
      return current;
    },
    get: async () => {
      if (closing) return closed;
      if (current !== undefined) return { ok: true, session: current };
      beginning ??= beginOnce().finally(() => {
        beginning = undefined;
      });
      const found = await beginning;
      return closing ? closed : found;
    },
    lose: (lost) => {
      if (current !== lost) return false;
      current = undefined;
      return true;
    },
    close: (end) => {
      closing ??= endIt(end);
      return closing;
    },
  };
}
