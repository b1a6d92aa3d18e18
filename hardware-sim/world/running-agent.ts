import {
  type Agent,
  type AgentPorts,
  type Config,
  createAgent,
  type FakeKiosk,
  type FakeScanner,
  fakeKiosk,
  fakeScanner,
  type Store,
  seededRandom,
} from '@latchwork/agent';
import type { LockerKeys } from '@latchwork/shared';
import type { Chance } from './chance.ts';
import { type BoardWeather, type SimulatedDoors, simulatedDoors } from './doors.ts';
import type { Life } from './life.ts';
import type { Network } from './network.ts';
import type { Site } from './site.ts';
import type { Wiring } from './wiring.ts';
import type { Witness } from './witness.ts';

/** The real agent of one life, and the simulated ports that the world reaches it by. */
export interface RunningAgent {
  life: Life;
  agent: Agent;
  kiosk: FakeKiosk;
  scanner: FakeScanner;
  doors: SimulatedDoors;
}

export interface RunningAgentOptions {
  config: Config;
  keys: LockerKeys;
  chance: Chance;
  life: Life;
  store: Store;
  site: Site;
  network: Network;
  witness: Witness;
  weather: BoardWeather;
  wiring: Wiring;
  /** Lets current through a coil. */
  drive(slot: number): void;
}

/** It begins with its own `start`. Throws what the store throws when it cannot be loaded. */
export function makeAgent(options: RunningAgentOptions): RunningAgent {
  const { config, keys, chance, life, store, network, witness, wiring, drive } = options;
  const kiosk = fakeKiosk();
  const scanner = fakeScanner();
  const doors = simulatedDoors({
    ...options,
    asked: (slot) => witness.asked(slot),
    drive: (slot) => (wiring.drive ? wiring.drive(slot, drive) : drive(slot)),
  });
  const ports: AgentPorts = {
    clock: life.clock,
    random: seededRandom(chance.whole(0, 2 ** 32 - 1)),
    store,
    doors,
    kiosk,
    scanner,
    uplink: network.uplinkFor(life),
    keys,
    logger: silent,
  };
  return { life, kiosk, scanner, doors, agent: createAgent(config, ports) };
}

/** A world keeps its own trace. */
const silent = { info() {}, warn() {}, error() {}, debug() {} } as unknown as AgentPorts['logger'];
