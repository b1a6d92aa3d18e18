import type { FactHandlers } from '../events/index.ts';

/** Facts that the log keeps as evidence and that change nothing else here, each with the reason. */
export const quietFacts = {
  'agent.started': { none: 'what the start found out arrives as facts of its own' },
  'clock.changed': { none: 'the state of the clock comes with every fact' },
  'board.back': { none: 'its doors are reported afresh' },
  'board.quiet': { none: 'its alarm was for the line as it was' },
  'service.started': { none: 'doors opened meanwhile are facts of their own' },
  'service.ended': { none: 'what lies in the slots that were touched arrives as facts of its own' },
  'door.unknown': { none: 'a door that cannot be seen is not known to have moved' },
  'door.steady': { none: 'its positions are reported again' },
  'door.health': { none: 'kept in the log, from where operators read it' },
  'latch.recovered': { none: 'its alarm was for the latch as it was' },
  'visit.started': { none: 'a visit is evidence; its openings say what it did' },
  'visit.ended': { none: 'a visit is evidence; its openings say what it did' },
  'access.denied': { none: 'a refusal opens nothing' },
  'door.pulsed': { none: 'a driven coil is not yet an open door' },
  'door.notPulsed': { none: 'no coil was driven' },
  'events.summarised': { none: 'it only counts facts that the locker did not write' },
} as const satisfies Partial<FactHandlers>;
