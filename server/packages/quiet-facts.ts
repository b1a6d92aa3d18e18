import type { FactHandlers } from '../events/index.ts';

/** Facts that the log keeps as evidence and that change nothing else here, each with the reason. */
export const quietFacts = {
  'clock.changed': { none: 'the state of the clock comes with every fact' },
  'door.steady': { none: 'where it stands, and whether its slot is in service, are facts of their own' },
  'board.quiet': { none: 'its alarm was for the line as it was' },
  'service.started': { none: 'doors opened meanwhile are facts of their own' },
  'service.ended': { none: 'what lies in the slots that were touched arrives as facts of its own' },
  'visit.started': { none: 'a visit is evidence; its openings say what it did' },
  'visit.ended': { none: 'a visit is evidence; its openings say what it did' },
  'access.denied': { none: 'a refusal opens nothing' },
  'door.pulsed': { none: 'a driven coil is not yet an open door' },
  'door.notPulsed': { none: 'no coil was driven' },
} as const satisfies Partial<FactHandlers>;
