import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { realClock } from './adapters/clock/real-clock.ts';
import { connectConsole } from './adapters/console/console-client.ts';
import { socketConsole } from './adapters/console/socket-console.ts';
import { parseCommandLine } from './command-line.ts';
import { doors } from './doors-command.ts';
import { testAgent } from './testing.ts';

let folder: string;
let life: ReturnType<typeof testAgent>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lw-doors-'));
  life = testAgent({ console: socketConsole(folder) });
  await life.agent.start();
});
afterEach(async () => {
  await life.agent.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs one command. `answers`: what the person types; `heard`: called with each line. */
function run(words: string, { answers, heard }: { answers?: string[]; heard?: (line: string) => void } = {}) {
  const said: string[] = [];
  const command = parseCommandLine(['doors', ...words.split(' ').filter(Boolean), '--data', folder]);
  if (command.name !== 'doors') throw new Error('not doors');
  const say = (_json: object, line: string) => {
    said.push(line);
    heard?.(line);
  };
  const question = async (words: string) => {
    said.push(words);
    return answers?.shift() ?? '';
  };
  const terminal = answers ? { say, question } : { say };
  return doors(command.doors, { clock: realClock(), terminal }).then((done) => ({ done, said }));
}

const shutWhenOpen = (slot: number) => (line: string) => {
  if (line.startsWith('opened')) life.doors.set(slot, 'closed');
};

describe('agent doors', () => {
  it('shows every door, and who is at the unit', async () => {
    life.doors.set(3, 'open');
    const { said } = await run('');
    const lines = said.join('').split('\n');
    expect(lines[0]).toBe('locker gb-testlock');
    expect(lines.find((line) => line.startsWith('3 '))).toMatch(/^3\s+M\s+open\s+empty\s+in service\s+-/);
    expect(lines.find((line) => line.startsWith('4 '))).toMatch(/^4\s+L\s+blind/);
  });

  it('opens a door and says each stage as it is, up to its being shut', async () => {
    const { done, said } = await run('open 1', { heard: shutWhenOpen(1) });
    expect(done).toBe(true);
    expect(said.toSorted()).toEqual([
      "asked: slot 1, written down as a technician's",
      'closed',
      'opened',
      'pulsed (attempt 1), and the board acknowledged it',
    ]);
  });

  it('says that a door reads open which it pulses all the same', async () => {
    life.doors.set(1, 'open');
    const { said } = await run('open 1', { heard: shutWhenOpen(1) });
    expect(said).toContain('door 1 reads open: it is pulsed all the same');
  });

  it('does not call a refusal an opening', async () => {
    expect(await run('open 99')).toMatchObject({
      done: false,
      said: ['refused: there is no slot 99 in this cabinet'],
    });
  });

  it('tests a slot, and leaves one out of service that a technician put there', async () => {
    expect((await run('out-of-service 2')).said).toEqual(['done']);
    expect((await run('')).said.join('')).toMatch(/2\s+S\s+closed\s+empty\s+out: technician/);
    const { done, said } = await run('test 2', { heard: shutWhenOpen(2) });
    expect(done).toBe(true);
    expect(said.at(-1)).toMatch(
      /^slot 2 opens and shuts: it stays out .* 'agent doors in-service 2'\. .* settle 2/,
    );
    expect((await run('')).said.join('')).toMatch(/2\s+S\s+closed\s+empty\s+out: technician/);
    await run('in-service 2');
    const again = await run('test 2', { heard: shutWhenOpen(2) });
    expect(again.said.at(-1)).toMatch(/^slot 2 opens and shuts: it is in service/);
    expect((await run('')).said.join('')).toMatch(/2\s+S\s+closed\s+empty\s+in service/);
  });

  it('asks the technician what a blind door does', async () => {
    const { done, said } = await run('open 4', { answers: ['y', ''] });
    expect(done).toBe(true);
    expect(said).toContain('Door 4 is blind: nothing tells whether it opened. Is it open? [y/n] ');
    expect(said.at(-1)).toBe('confirmed closed, by you: nobody else sees this door now');
  });

  it('asks of a door that is seen no more once it is open', async () => {
    const { done, said } = await run('open 1', {
      answers: [''],
      heard(line) {
        if (line.startsWith('opened')) life.doors.set(1, 'unknown');
      },
    });
    expect(done).toBe(true);
    expect(said).toContain('Shut door 1, then press Enter. ');
    expect(said.at(-1)).toBe('confirmed closed, by you: nobody else sees this door now');
  });

  it('can be answered for a blind door from another terminal', async () => {
    const opening = run('open 4', {
      heard(line) {
        if (line.startsWith('door 4 is blind'))
          void run('confirm 4 open').then(() => run('confirm 4 closed'));
      },
    });
    expect(await opening).toMatchObject({ done: true });
  });

  it('turns service on and off, and settles what was touched', async () => {
    await run('service on --minutes 30');
    life.doors.set(1, 'open');
    life.doors.set(1, 'closed');
    expect((await run('')).said.join('')).toMatch(/service mode, by \S+, 30 min left; slots touched: 1/);
    expect((await run('service off')).said).toEqual(['done']);
    expect((await run('')).said.join('')).toContain('is being left: say what lies in 1');
    expect((await run('settle 1 occupied')).done).toBe(true);
    expect((await run('')).said.join('')).toMatch(/1\s+S\s+closed\s+occupied/);
    expect(await run('service off')).toEqual({ done: false, said: ['refused: service mode is off'] });
  });

  it('watches until the agent ends', async () => {
    const seen: string[] = [];
    const { promise: twice, resolve } = Promise.withResolvers<void>();
    const watching = run('--watch', {
      heard(table) {
        seen.push(table);
        if (seen.length === 1) life.doors.set(2, 'open');
        if (/2\s+S\s+open/.test(table)) resolve();
      },
    });
    await twice;
    await Promise.all([
      expect(watching).rejects.toThrow('the agent ended the connection'),
      life.agent.stop(),
    ]);
  });

  it('opens to its end although the technician is gone', async () => {
    const client = await connectConsole(folder);
    expect(await client.ask({ do: 'open', slot: 1 })).toMatchObject({ ok: true });
    client.close();
    life.doors.set(1, 'closed');
    expect(await run('settle 1 empty')).toMatchObject({ done: true });
    expect(life.doors.pulses).toEqual([1]);
  });

  it('lets one of two technicians open a door, and tells the other', async () => {
    const [ada, bob] = [await connectConsole(folder), await connectConsole(folder)];
    const answers = await Promise.all([ada.ask({ do: 'open', slot: 1 }), bob.ask({ do: 'open', slot: 1 })]);
    expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(life.doors.pulses).toEqual([1]);
    ada.close();
    bob.close();
  });
});

describe('its command line', () => {
  it.each([
    ['doors', '--data says'],
    ['doors open --data d', 'name a slot'],
    ['doors open 1 2 --data d', 'nothing that doors'],
    ['doors open 1.5 --data d', 'name a slot'],
    ['doors settle 1 full --data d', 'nothing that doors'],
    ['doors service --data d', 'on or off'],
    ['doors service on --minutes 121 --data d', '1 to 120'],
    ['doors service off --minutes 5 --data d', '--minutes is for'],
    ['doors open 1 --watch --data d', '--watch is for'],
    ['doors dance 1 --data d', 'nothing that doors'],
    ['doors --colour --data d', '--colour'],
  ])('says what is wrong with: agent %s', (words, why) => {
    expect(() => parseCommandLine(words.split(' '))).toThrow(why);
  });
});

describe('as a program', () => {
  const program = (...args: string[]) =>
    spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  it('says in plain words that no agent runs, and shows the doors of one that does', async () => {
    const data = join(folder, 'data');
    const ended = async (...args: string[]) => {
      const child = program('doors', ...args, '--data', data);
      const [out, err, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'exit'),
      ]);
      return { code, out, err };
    };
    mkdirSync(data, { mode: 0o700 });
    expect(await ended()).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^agent: no agent runs on/),
    });

    const key = { lockerId: 'gb-testlock', lockerKey: 'k'.repeat(43) };
    writeFileSync(join(data, 'locker.key'), JSON.stringify(key), { mode: 0o600 });
    const cabinet = {
      lines: [{ name: 'lock', url: join(data, 'no-such-line') }],
      boards: [{ name: 'a', profile: 'bcc8a', line: 'lock', address: 1, channels: 8 }],
      slots: [{ number: 1, board: 'a', channel: 1, size: 'S' }],
    };
    writeFileSync(
      join(data, 'agent.json'),
      JSON.stringify({ brokerUrl: 'mqtt://127.0.0.1:1', kioskPort: 0, cabinet }),
    );
    const agent = program('run', '--data', data);
    agent.stderr.resume();
    await once(createInterface(agent.stdout), 'line');
    expect(await ended()).toMatchObject({ code: 0, out: expect.stringMatching(/1\s+S\s+unknown.*a, LOST/) });
    expect(await ended('open', '7', '--json')).toMatchObject({
      code: 1,
      out: expect.stringContaining('"refused"'),
    });
    agent.kill('SIGTERM');
    await once(agent, 'exit');
  });
});
