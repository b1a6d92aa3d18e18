export { type Bcc8aBoard, type BoardWiring, createBcc8aBoard } from './boards/bcc8a.ts';
export { Bcc8aConfig } from './boards/bcc8a-config.ts';
export { openRelay, type Relay } from './bus/relay.ts';
export type { ScanEnd, ScanManner, ScanOutcome } from './bus/scanner-line.ts';
export {
  type Cabinet,
  type CabinetOutcome,
  createCabinet,
  type DoorState,
  type Terminal,
} from './cabinet/cabinet.ts';
export { type DoorFaults, DoorFaultsChange, Faults, LineFaultsChange } from './cabinet/faults.ts';
export { CabinetLayout, defaultLayout } from './cabinet/layout.ts';
export type { Happening, RecordEntry } from './cabinet/record.ts';
export type { CabinetView, DoorView } from './cabinet/view.ts';
export type { LineKind } from './cabinet-parts.ts';
export { type Clock, realClock } from './clock.ts';
export { type ManualClock, manualClock } from './manual-clock.ts';
export { type CabinetOptions, type SimulatedCabinet, startCabinet } from './start-cabinet.ts';
