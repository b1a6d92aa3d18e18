import type { ConsoleView } from '../../core/console-view.ts';
import type { TechnicianAnswer } from '../../core/effect.ts';
import type { TechnicianAsk } from '../../core/input.ts';
import type { Console, ConsoleListener } from '../../ports/console.ts';

/** A console in the hands of a test. */
export interface FakeConsole extends Console {
  readonly view: ConsoleView | undefined;
  /** Every fact so far. */
  readonly facts: { kind: string; [field: string]: unknown }[];
  ask(ask: TechnicianAsk, user?: string): Promise<TechnicianAnswer>;
}

export function fakeConsole(): FakeConsole {
  const facts: FakeConsole['facts'] = [];
  const waiting = new Map<string, (answer: TechnicianAnswer) => void>();
  let look: (() => ConsoleView) | undefined;
  let listener: ConsoleListener | undefined;
  let asked = 0;
  return {
    facts,
    get view() {
      return look?.();
    },
    start: async (toListener) => {
      listener = toListener;
    },
    show(next) {
      look = next;
    },
    tell: (lines) => void facts.push(...lines.map((line) => JSON.parse(line))),
    answer(request, answer) {
      waiting.get(request)?.(answer);
      waiting.delete(request);
    },
    ask: (ask, user = 'ada') =>
      new Promise((resolve) => {
        asked += 1;
        const request = String(asked);
        waiting.set(request, resolve);
        listener?.onAsk({ request, user, ask });
      }),
    stop: async () => {
      listener = undefined;
    },
  };
}
