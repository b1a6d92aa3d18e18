import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uuidAt, uuidBase } from '@latchwork/shared';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { decide } from '../../core/decide.ts';
import { initialState, initialTables } from '../../core/initial.ts';
import type { Input } from '../../core/input.ts';
import { config } from '../../core/testing.ts';
import { sqliteStore } from './sqlite-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lw-service-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('keeps a technician’s work through a power cut, until it has ended', () => {
  const base = uuidBase(0, new Uint8Array(10));
  let state = initialState(config, initialTables(config, uuidAt(base, 999)));
  let monotonicMs = 0;
  const live = (...inputs: Input[]) => {
    const store = sqliteStore(folder);
    for (const input of inputs) {
      monotonicMs += 1_000;
      const stamp = {
        wallMs: Date.UTC(2026, 0, 1) + monotonicMs,
        monotonicMs,
        nonce: 'n'.repeat(22),
        random: 0,
      };
      const decision = decide(state, input, { ...stamp, ids: uuidBase(monotonicMs, new Uint8Array(10)) });
      if (decision.change) store.commit(decision.change);
      state = decision.state;
    }
    const kept = store.load()?.service;
    store.close();
    return kept;
  };
  const doors = new Map(config.slots.map(({ slot }) => [slot, 'closed' as const]));
  expect(live({ kind: 'started', doors })).toBeNull();
  const ask = { do: 'startService', minutes: 20 } as const;
  live({ kind: 'technicianAsked', request: 'r', user: 'ada', ask });
  live({ kind: 'doorSeen', slot: 1, position: 'open' }, { kind: 'doorSeen', slot: 1, position: 'closed' });
  const kept = live({ kind: 'touched', action: { do: 'endService' } });
  expect(kept).toEqual(state.tables.service);
  expect(kept).toMatchObject({ by: 'local technician', user: 'ada', touched: [1], leaving: 'left' });
  const settle = { do: 'settleSlot', slot: 1, occupied: false } as const;
  expect(live({ kind: 'touched', action: settle })).toBeNull();
});
