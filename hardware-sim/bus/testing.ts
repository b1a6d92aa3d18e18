import { BoardConfig } from '../boards/board-config.ts';
import { type LockLineFaults, noLockLineFaults } from '../cabinet/faults.ts';
import { manualClock } from '../manual-clock.ts';
import { openLockLine } from './lock-line.ts';

/** Boards on a line in memory, on a manual clock, with what they drive and a host that speaks hex. */
export async function memoryLine(
  boards: object[],
  { faults = {} as Partial<LockLineFaults>, shorted = [] as string[] } = {},
) {
  const clock = manualClock();
  const done: string[] = [];
  const line = await openLockLine({
    clock,
    name: 'lock',
    place: { kind: 'memory', name: 'lock' },
    baud: 9600,
    boards: boards.map((board) => BoardConfig.parse(board)),
    faults: { ...noLockLineFaults(), ...faults },
    wiring: {
      contactShorted: ({ board, channel }) => shorted.includes(`${board}/${channel}`),
      inputOn: () => false,
      energise: ({ board, channel }) => done.push(`drive ${board}/${channel}`),
      release: ({ board, channel }) => done.push(`release ${board}/${channel}`),
      dropCoils: ({ board }) => done.push(`drop ${board}`),
      boardReset: ({ board }) => done.push(`reset ${board}`),
    },
    log: () => {},
  });
  if (!line.host) throw new Error('a line in memory has its host here');
  const host = line.host;
  const dial = async () => {
    const heard: { hex: string; atMs: number }[] = [];
    const closed: string[] = [];
    const opened = await host.open({
      onBytes: (bytes) =>
        heard.push({ hex: Buffer.from(bytes).toString('hex').toUpperCase(), atMs: clock.nowMs() }),
      onClosed: (detail) => closed.push(detail),
    });
    if (!opened.ok) throw Object.assign(new Error(opened.detail), { code: opened.reason });
    const { stream } = opened;
    return {
      heard,
      closed,
      stream,
      hex: () => heard.map(({ hex }) => hex).join(''),
      say: (hex: string) => stream.write(Buffer.from(hex, 'hex')),
    };
  };
  const setFaults = (change: Partial<LockLineFaults>) => line.setFaults({ ...line.faults(), ...change });
  return { clock, line, done, host, dial, setFaults };
}
