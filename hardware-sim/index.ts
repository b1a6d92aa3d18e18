/** For scripts, benches and our own scenarios: a simulated cabinet on lines of its own, and its layout. */
export { Bcc8aConfig, BoardConfig } from './boards/board-config.ts';
export type { MemoryHost } from './bus/memory-port.ts';
export type { ScanEnd, ScanManner, ScanOutcome } from './bus/scanner-line.ts';
export type { CabinetOutcome, DoorState } from './cabinet/cabinet.ts';
export { type DoorFaults, DoorFaultsChange, LineFaultsChange } from './cabinet/faults.ts';
export { CabinetLayout, defaultLayout } from './cabinet/layout.ts';
export type { Happening, RecordEntry } from './cabinet/record.ts';
export type { CabinetView, DoorView } from './cabinet/view.ts';
export type { LineKind } from './cabinet-parts.ts';
export { type SoakTally, soak } from './soak/soak.ts';
export { type CabinetOptions, type SimulatedCabinet, startCabinet } from './start-cabinet.ts';
