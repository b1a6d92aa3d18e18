export { lineFromUrl } from './adapters/byte-stream/line-from-url.ts';
export { realClock } from './adapters/clock/real-clock.ts';
export { openBoards, openCabinet } from './adapters/doors/cabinet.ts';
export { CabinetFile } from './adapters/doors/cabinet-file.ts';
export { lineScanner } from './adapters/scanner/line-scanner.ts';
export type { LockBoard } from './ports/lock-board.ts';
