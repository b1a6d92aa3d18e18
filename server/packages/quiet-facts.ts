import type { FactHandlers } from '../events/index.ts';

/** Facts that the log keeps as evidence and that change nothing else here, each with the reason. */
export const quietFacts = {
  'agent.started': { none: 'what the start found out arrives as facts of its own' },
  'clock.changed': { none: 'the state of the clock comes with every fact' },
  'board.back': { none: 'its doors are reported afresh' },
  'visit.started': { none: 'a visit is evidence; its openings say what it did' },
  'visit.ended': { none: 'a visit is evidence; its openings say what it did' },
  'access.denied': { none: 'a refusal opens nothing' },
  'door.pulsed': { none: 'a driven coil is not yet an open door' },
  'door.notPulsed': { none: 'no coil was driven' },
  'events.summarised': { none: 'it only counts facts that the locker did not write' },
} as const satisfies Partial<FactHandlers>;
