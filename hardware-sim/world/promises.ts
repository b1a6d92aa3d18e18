/** What a world is checked for. */
export const promises = {
  I1: 'no fact that was on the disk is ever lost, whatever the server is restored to',
  I2: 'the server has each locker fact once, in order, chained, and takes its effect at most once',
  I3: 'no coil is driven without an earlier durable authorisation of this life, and never twice for one asking',
  I4: 'a one-time grant is redeemed at most once, and only when its door was seen open',
  I5: 'a door is driven only for its own slot, and a code opens no slot with a parcel of another booking',
  I6: 'no parcel is allocated to an occupied, unsettled or reopenable slot',
  I7: 'the plan in force is one whole revision of the server, and never an older one',
  I8: 'unknown, expired and withdrawn credentials open nothing',
  I9: 'code tries stay within their budget, through power cuts too',
  I11: 'a stale message opens no session and closes no incarnation',
  I14: 'timers, messages under way and rows are bounded',
  I16: 'once faults have stopped, locker and server agree',
  I17: 'a seed replays byte for byte',
  parcels: 'while people do as told, what lies in a slot is known',
  journal: 'the journal is gap-free and chained, every fact is understood, and the tables tell what it tells',
  crash: 'the agent does not end by itself',
} as const;
export type PromiseName = keyof typeof promises;

export interface Violation {
  promise: PromiseName;
  detail: string;
}

/** Told of each promise that was broken. */
export type Breach = (promise: PromiseName, detail: string) => void;
