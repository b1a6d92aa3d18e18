import { openRelay, type Relay } from './relay.ts';

/** One relay: what connects to `listenPort` (0: any free one) reaches `targetPort`, both on loopback. */
export interface RelayPlan {
  name: string;
  listenPort: number;
  targetPort: number;
}

/** The network between a locker and the world: every relay of a cabinet, cut and healed together. */
export interface Network {
  addresses: Record<string, string>;
  cut(): boolean;
  setCut(cut: boolean): void;
  stop(): Promise<void>;
}

/** Rejects with the system's own error when a port cannot be had; then none stays open. */
export async function openNetwork(plans: RelayPlan[], cut: boolean): Promise<Network> {
  const relays = new Map<string, Relay>();
  const stop = async () => {
    await Promise.all([...relays.values()].map((relay) => relay.stop()));
  };
  let isCut = cut;
  const setCut = (now: boolean) => {
    isCut = now;
    for (const relay of relays.values()) relay.setCut(now);
  };
  try {
    for (const plan of plans) relays.set(plan.name, await openRelay(plan));
  } catch (error) {
    await stop();
    throw error;
  }
  setCut(cut);

  return {
    addresses: Object.fromEntries([...relays].map(([name, relay]) => [name, relay.address])),
    cut: () => isCut,
    setCut,
    stop,
  };
}
