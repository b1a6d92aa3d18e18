import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CabinetFile,
  type Clock,
  discoverBoards,
  lineFromUrl,
  manualClock,
  proposeCabinet,
  realClock,
} from '@latchwork/agent';
import { describe, expect, inject, it } from 'vitest';
import { CabinetLayout, type LineFaultsChange, type LineKind, startCabinet } from '../index.ts';

const agentProgram = join(import.meta.dirname, '../../agent/main.ts');

interface Manner {
  boards: readonly { address: number; channels: number; [field: string]: unknown }[];
  faults?: LineFaultsChange;
}
type Profile = NonNullable<Parameters<typeof discoverBoards>[0]['profile']>;

/** A door on each channel, all shut. */
async function cabinetOf({ boards, faults = {} }: Manner, kind: LineKind, clock: Clock = realClock()) {
  const dir = await mkdtemp(join(tmpdir(), 'lw-discover-'));
  const doors = boards.flatMap(({ address, channels }) =>
    Array.from({ length: channels }, (_, at) => ({ board: address, channel: at + 1 })),
  );
  const cabinet = await startCabinet({
    layout: CabinetLayout.parse({
      boards,
      doors: doors.map((place, at) => ({ number: at + 1, size: 'S', ...place })),
    }),
    clock: { nowMs: clock.monotonicMs, after: clock.after },
    ...{ dir, lockLine: kind, scannerLine: 'memory' },
  });
  await cabinet.changeLineFaults(faults);
  const pulses = () => cabinet.record().entries.filter((entry) => entry.kind === 'pulse');
  const stop = async () => {
    await cabinet.stop();
    await rm(dir, { recursive: true, force: true });
  };
  return { cabinet, dir, pulses, stop };
}

/** On a line in memory and a clock of its own, so that silence costs nothing. */
async function discover(manner: Manner, profile?: Profile) {
  const clock = manualClock();
  const { cabinet, pulses, stop } = await cabinetOf(manner, 'memory', clock);
  const host = cabinet.hosts.lock;
  if (!host) throw new Error('a line in memory has a host');
  const progress: string[] = [];
  const onProgress = (words: string) => void progress.push(words);
  const search = discoverBoards({ url: '/dev/locks', profile, clock, lineOf: () => host, onProgress });
  const found = await clock.until(search).finally(stop);
  return { found, progress, pulses: pulses() };
}

describe('boards on a line', () => {
  it.each([
    [
      'bcc8a',
      [
        { address: 1, channels: 16 },
        { address: 2, channels: 24 },
      ],
      [16, 24],
    ],
    ['kerong-cu48', [{ address: 0, channels: 48 }], [48]],
    [
      'kerong-cu16',
      [
        { address: 0, channels: 16 },
        { address: 1, channels: 16 },
      ],
      [16, 16],
    ],
    ['kerong-cu12', [{ address: 0, channels: 12 }], [12]],
    ['wkly', [{ address: 0, channels: 10 }], [10]],
    ['modbus-relay', [{ address: 1, channels: 8, inputs: 8 }], [8]],
  ] as const)('of the kind %s are found, and none is driven', async (profile, boards, channels) => {
    const built = boards.map((board) => ({ profile, ...board }));
    const { found, pulses } = await discover({ boards: built });
    expect(found.boards.map((board) => [board.profile, board.address])).toEqual(
      boards.map(({ address }) => [profile, address]),
    );
    const { file, notes } = proposeCabinet('/dev/locks', found);
    const parsed = CabinetFile.parse(file);
    expect(parsed.boards.map((board) => board.channels)).toEqual(channels);
    expect(parsed.boards[0]).toMatchObject({ feedback: 'closedShorts' });
    expect(parsed.slots.map((slot) => slot.number)).toEqual(parsed.slots.map((_, at) => at + 1));
    expect(notes.join()).toContain('guess');
    expect(pulses).toEqual([]);
  });

  it('are read the other way round where most contacts of shut doors are not made', async () => {
    const boards = [{ address: 1, channels: 8, feedback: 'openShorts' }];
    const { found } = await discover({ boards }, 'bcc8a');
    const { file, notes } = proposeCabinet('/dev/locks', found);
    expect(CabinetFile.parse(file).boards[0]).toMatchObject({ feedback: 'openShorts', channels: 8 });
    expect(notes[0]).toContain('openShorts');
  });

  it('that answer with more status bytes than they have locks give no doors too many', async () => {
    const { found } = await discover({ boards: [{ address: 1, channels: 8, statusBytes: 3 }] }, 'bcc8a');
    const { file, notes } = proposeCabinet('/dev/locks', found);
    expect(CabinetFile.parse(file)).toMatchObject({ boards: [{ feedback: 'closedShorts', channels: 24 }] });
    expect(file.slots).toHaveLength(8);
    expect(notes[0]).toContain('channels above 8');
  });

  it('of several kinds are found in one run, each address once', async () => {
    const boards = [
      { profile: 'modbus-relay', address: 1, channels: 8, inputs: 8 },
      { profile: 'bcc8a', address: 2, channels: 8 },
      { profile: 'bcc8a', address: 9, channels: 8 },
      { profile: 'modbus-relay', address: 12, channels: 8, inputs: 8 },
      { profile: 'bcc8a', address: 19, channels: 8 },
    ];
    const { found, progress } = await discover({ boards });
    expect(found.boards.map(({ profile, address }) => `${profile} ${address}`).sort()).toEqual([
      'bcc8a 19',
      'bcc8a 2',
      'bcc8a 9',
      'modbus-relay 1',
      'modbus-relay 12',
    ]);
    expect(progress[0]).toMatch(/^looking at \d+ addresses at most, which takes up to \d+ s/);
    expect(CabinetFile.parse(proposeCabinet('/dev/locks', found).file).slots).toHaveLength(40);
  });

  it('that nobody knows are not found, and the search ends', async () => {
    const boards = [{ address: 1, channels: 8 }];
    expect((await discover({ boards, faults: { deadBoards: [1] } })).found.boards).toEqual([]);
    expect((await discover({ boards, faults: { unplugged: true } })).found.lost).toContain('line missing');
  });
});

describe('agent cabinet', () => {
  it('discovers boards, proposes a file that it finds in order, and drives nothing', async () => {
    const boards = [{ address: 1, channels: 8 }];
    const { cabinet, dir, pulses, stop } = await cabinetOf({ boards }, 'tcp');
    const run = await agent('discover', '--line', cabinet.lockLine, '--profile', 'bcc8a');
    expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('every size is a guess') });
    expect(run.stderr.split('\n')[0]).toContain('if an agent runs on this line, stop it first');
    expect(JSON.parse(run.stdout)).toMatchObject({ boards: [{ address: 1, channels: 8 }] });
    const path = join(dir, 'proposed.json');
    await writeFile(path, run.stdout);
    expect(await agent('check', path)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('8 slots: 8 M'),
    });
    expect(pulses()).toEqual([]);
    await stop();
  });

  it('says what to look at where no board answers', async () => {
    const { cabinet, stop } = await cabinetOf(
      { boards: [{ address: 1, channels: 8 }], faults: { deadBoards: [1] } },
      'tcp',
    );
    const run = await agent('discover', '--line', cabinet.lockLine, '--profile', 'kerong-cu48');
    expect(run).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('swap them') });
    await stop();
  });

  it.skipIf(!inject('tools').socat)('leaves a line alone that a program uses', async () => {
    const { cabinet, stop } = await cabinetOf({ boards: [{ address: 1, channels: 8 }] }, 'pty');
    const line = lineFromUrl(cabinet.lockLine, { baudRate: 9_600, clock: realClock() });
    const opened = await line.open({ onBytes: () => undefined, onClosed: () => undefined });
    const run = await agent('discover', '--line', cabinet.lockLine);
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('line busy') });
    expect(run.stderr).toContain('it may be a running agent');
    if (opened.ok) await opened.stream.close();
    await stop();
  });
});

function agent(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [agentProgram, 'cabinet', ...args], (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}
