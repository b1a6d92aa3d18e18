import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleView } from '../core/console-view.ts';
import type { TechnicianAnswer } from '../core/effect.ts';
import { initialState, initialTables } from '../core/initial.ts';
import type { TechnicianAsk } from '../core/input.ts';
import { config } from '../core/testing.ts';
import type { Console, ConsoleListener, ConsoleMessage } from '../ports/console.ts';
import { inbox } from './inbox.ts';

export interface ConsoleHarness {
  console: Console;
  /** A technician sits down; what they are shown and told from then on, in order. */
  sit(): Promise<Technician>;
  dispose(): Promise<void>;
}

export interface Technician {
  next(): Promise<ConsoleMessage>;
  ask(ask: TechnicianAsk): Promise<TechnicianAnswer>;
  leave(): void;
}

type Asked = Parameters<ConsoleListener['onAsk']>[0];

/** What every console must do. */
export function consoleContract(name: string, create: () => Promise<ConsoleHarness>): void {
  describe(`console contract: ${name}`, () => {
    let harness: ConsoleHarness;
    let asked: ReturnType<typeof inbox<Asked>>;
    beforeEach(async () => {
      harness = await create();
      asked = inbox();
      harness.console.show(() => viewWith(false));
      await harness.console.start({ onAsk: asked.push });
    });
    afterEach(() => harness.dispose());

    it('shows the latest to whoever comes, and each change after it', async () => {
      const technician = await harness.sit();
      expect(await technician.next()).toMatchObject({ view: { started: false } });
      harness.console.show(() => viewWith(true));
      expect(await technician.next()).toMatchObject({ view: { started: true } });
    });

    it('tells facts as they are', async () => {
      const technician = await harness.sit();
      await technician.next();
      harness.console.tell(['{"kind":"door.opened","slot":1}', '{"kind":"door.closed","slot":1}']);
      expect(await technician.next()).toEqual({ fact: { kind: 'door.opened', slot: 1 } });
      expect(await technician.next()).toEqual({ fact: { kind: 'door.closed', slot: 1 } });
    });

    it('passes asks on, and each answer to whoever asked', async () => {
      const [ada, bob] = [await harness.sit(), await harness.sit()];
      const toAda = ada.ask({ do: 'open', slot: 1 });
      const first = await asked.next();
      const toBob = bob.ask({ do: 'endService' });
      const second = await asked.next();
      expect([first.ask, second.ask]).toEqual([{ do: 'open', slot: 1 }, { do: 'endService' }]);
      expect(first.user).not.toBe('');
      harness.console.answer(second.request, { ok: false, reason: 'off' });
      harness.console.answer(first.request, { ok: true });
      expect([await toAda, await toBob]).toEqual([{ ok: true }, { ok: false, reason: 'off' }]);
    });

    it('forgets whoever left', async () => {
      const technician = await harness.sit();
      void technician.ask({ do: 'open', slot: 1 });
      const { request } = await asked.next();
      technician.leave();
      harness.console.answer(request, { ok: true });
      const next = await harness.sit();
      expect(await next.next()).toMatchObject({ view: { started: false } });
    });

    it('can be stopped twice', async () => {
      await harness.console.stop();
      await harness.console.stop();
      harness.console.tell(['{"kind":"door.opened","slot":1}']);
      harness.console.show(() => viewWith(true));
      expect(asked.waiting()).toEqual([]);
    });
  });
}

export function viewWith(started: boolean) {
  const tables = initialTables(config, '01900000-0000-7000-8000-000000000001');
  return consoleView({ ...initialState(config, tables), started });
}
