/**
 * The agent's one door for the simulator, scripts and benches: what a whole agent is made of, its core, and the ports
 * with their real and their simulated adapters.
 */
export { lineFromUrl } from './adapters/byte-stream/line-from-url.ts';
export { type ManualClock, manualClock } from './adapters/clock/manual-clock.ts';
export { realClock } from './adapters/clock/real-clock.ts';
export { openBoards, openCabinet } from './adapters/doors/cabinet.ts';
export { CabinetFile } from './adapters/doors/cabinet-file.ts';
export { discoverBoards } from './adapters/doors/discover-boards.ts';
export { proposeCabinet } from './adapters/doors/propose-cabinet.ts';
export { type FakeKiosk, fakeKiosk } from './adapters/kiosk/fake-kiosk.ts';
export { type Probed, probeBoard } from './adapters/lock-board/probe-board.ts';
export { type BoardEntry, type SerialProfileName, serialProfiles } from './adapters/lock-board/profiles.ts';
export { seededRandom } from './adapters/random/seeded-random.ts';
export { type FakeScanner, fakeScanner } from './adapters/scanner/fake-scanner.ts';
export { lineScanner } from './adapters/scanner/line-scanner.ts';
export { journalAfter, type MemoryDisk, memoryDisk, memoryStore } from './adapters/store/memory-store.ts';
export { sqliteStore } from './adapters/store/sqlite-store.ts';
export { type FakeUplink, fakeUplink } from './adapters/uplink/fake-uplink.ts';
export { type Agent, createAgent } from './agent.ts';
export type { AgentPorts } from './agent-ports.ts';
export { decide } from './core/decide.ts';
export { coilsAtStart } from './core/doors/coils-at-start.ts';
export type { Effect, EffectOf } from './core/effect.ts';
export { initialState, initialTables } from './core/initial.ts';
export type { Decision, DoorPosition, Input, KioskAction, Stamp } from './core/input.ts';
export type { KioskView, Notice, Screen } from './core/screen.ts';
export type { Change, Config, JournalEntry, State, Tables } from './core/state.ts';
export { stderrLogger } from './logger.ts';
export type { Clock } from './ports/clock.ts';
export type { DoorPulse, Doors, DoorsListener } from './ports/doors.ts';
export type { KioskMessage } from './ports/kiosk.ts';
export type { LockBoard } from './ports/lock-board.ts';
export { type Store, StoreError } from './ports/store.ts';
export type { Uplink, UplinkListener } from './ports/uplink.ts';
export { run } from './run.ts';
