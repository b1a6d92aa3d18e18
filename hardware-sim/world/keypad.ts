import type { Tables } from '@latchwork/agent';
import type { LockerEvent } from '@latchwork/shared';
import type { Breach } from './promises.ts';

const freeTries = 5;
const firstMs = 30_000;
const longestMs = 300_000;
/** More failures than this make no difference: the longest interval is reached. */
const failuresMax = 9;

/**
 * The keypad's budget, counted apart from the agent: five wrong codes, then one each 30 s, doubling to one each five
 * minutes, all in powered time; a right code halves what counts.
 */
export class Keypad {
  readonly #breach: Breach;
  #failures = 0;
  #blockedUntilMs = 0;
  /** What was typed since the last commit that could have come of it. */
  #typed: 'right' | 'wrong' | undefined;

  constructor(breach: Breach) {
    this.#breach = breach;
  }

  /** A code was typed; `right` when a grant in the plan bears it. */
  typed(code: 'right' | 'wrong'): void {
    this.#typed = code;
  }

  /** What was committed: its facts, and the counter as it now is on disk. */
  committed(events: readonly LockerEvent[], { codeFailures, poweredMs }: Tables['meta']): void {
    const refused = events.filter(
      (event) => event.kind === 'access.denied' && event.reason === 'unknown code',
    );
    // Beyond the budget for refusals a wrong code is counted and leaves no fact.
    const isCounted = this.#typed === 'wrong' && codeFailures === this.#failures + 1;
    if (refused.length > 0 || isCounted) this.#wrong(poweredMs);
    if (codeFailures === this.#failures) return;
    if (this.#typed === 'right' && codeFailures === Math.floor(this.#failures / 2)) this.#blockedUntilMs = 0;
    else
      this.#breach('I9', `the keypad counts ${codeFailures} wrong codes, and there were ${this.#failures}`);
    this.#failures = codeFailures;
    this.#typed = undefined;
  }

  #wrong(poweredMs: number): void {
    this.#typed = undefined;
    const early = this.#blockedUntilMs - poweredMs;
    if (early > 0) this.#breach('I9', `a wrong code was judged ${early} ms before the next try was due`);
    this.#failures = Math.min(this.#failures + 1, failuresMax);
    const over = this.#failures - freeTries;
    if (over >= 0) this.#blockedUntilMs = poweredMs + Math.min(longestMs, firstMs * 2 ** over);
  }
}
