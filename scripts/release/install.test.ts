import { execFile, execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { nameAfterContent, writeManifest } from './manifest.ts';

const scripts = join(import.meta.dirname, 'archive');
const isRoot = process.geteuid?.() === 0;

let folder: string;
let root: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lw-install-'));
  root = join(folder, 'root');
  mkdirSync(join(root, 'etc'), { recursive: true });
  mkdirSync(join(root, 'boot/firmware'), { recursive: true });
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/bash\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\ndialout:x:20:\n');
  writeFileSync(join(root, 'etc/shadow'), 'root:*:19000:0:99999:7:::\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const inRoot = (path: string) => join(root, path);
const text = (path: string) => readFileSync(inRoot(path), 'utf8');
const releases = () => readdirSync(inRoot('opt/latchwork/releases')).sort();
const current = () => readlinkSync(inRoot('opt/latchwork/current'));

/** A release that has everything but the agent. */
function archive(note: string) {
  const tree = join(folder, note);
  cpSync(scripts, tree, { recursive: true });
  writeFileSync(join(tree, 'NOTE'), note);
  writeManifest(tree);
  const release = nameAfterContent(tree, '1.0.0', 'arm64');
  writeFileSync(join(tree, 'VERSION'), `${release}\n`);
  const install = async (...args: string[]) => {
    const ran = promisify(execFile)(join(tree, 'install.sh'), ['--root', root, ...args]);
    return ran.then(
      ({ stdout }) => ({ ok: true, words: stdout }),
      (error) => ({ ok: false, words: String(error.stderr) }),
    );
  };
  return { tree, release, install };
}

it.skipIf(!inject('tools').shellcheck)('shellcheck finds nothing', () => {
  const all = globSync(['install.sh', 'bin/*', 'install/*.sh'], { cwd: scripts });
  expect(all.length).toBeGreaterThan(5);
  execFileSync('shellcheck', ['--external-sources', ...all], { cwd: scripts });
});

describe.skipIf(!isRoot || !inject('tools')['systemd-notify'])(
  'install.sh, into the root of an image',
  () => {
    it('lays release, people, units and an empty data folder, as often as it is run', async () => {
      const { release, install } = archive('one');
      for (let time = 0; time < 2; time += 1) {
        expect(await install()).toEqual({ ok: true, words: expect.stringContaining(`installed ${release}`) });
        expect(current()).toBe(`releases/${release}`);
        expect(releases()).toEqual([release]);
        expect(text('etc/passwd').match(/^latchwork/gm)).toHaveLength(2);
        expect(text('etc/group')).toMatch(/^gpio:x:\d+:latchwork$/m);
        expect(text('etc/group')).toMatch(/^dialout:x:20:latchwork$/m);
        const uid = Number(/^latchwork:x:(\d+)/m.exec(text('etc/passwd'))?.[1]);
        expect(statSync(inRoot('var/lib/latchwork'))).toMatchObject({ uid, mode: 0o40700 });
        const wanted = readdirSync(inRoot('etc/systemd/system/multi-user.target.wants'));
        expect(wanted.sort()).toEqual(['latchwork-agent.service', 'latchwork-kiosk.service']);
      }
    });

    it('keeps data, settings and the release before the last through upgrades', async () => {
      const [one, two, three] = [archive('one'), archive('two'), archive('three')];
      await one.install();
      writeFileSync(inRoot('var/lib/latchwork/agent.db'), 'facts');
      appendFileSync(inRoot('etc/default/latchwork'), '# mine\n');
      await two.install();
      await three.install();
      expect(releases()).toEqual([two.release, three.release].sort());
      expect(current()).toBe(`releases/${three.release}`);
      expect(text('var/lib/latchwork/agent.db')).toBe('facts');
      expect(text('etc/default/latchwork')).toContain('# mine');
      await two.install();
      expect(current()).toBe(`releases/${two.release}`);
    });

    it.each([
      ['a changed file', (tree: string) => appendFileSync(join(tree, 'install/release.sh'), ' ')],
      ['a missing file', (tree: string) => rmSync(join(tree, 'NOTE'))],
    ])('refuses an archive with %s, and changes nothing', async (_what, damage) => {
      const [good, bad] = [archive('good'), archive('bad')];
      await good.install();
      damage(bad.tree);
      expect(await bad.install()).toEqual({
        ok: false,
        words: expect.stringContaining('this archive is damaged'),
      });
      expect([current(), releases()]).toEqual([`releases/${good.release}`, [good.release]]);
    });

    it('sets strict_gpiod on a Pi, once, and takes it out again', async () => {
      const before = 'dtparam=audio=on\n\n[cm4]\notg_mode=1\n';
      writeFileSync(inRoot('boot/firmware/config.txt'), before);
      const { install } = archive('one');
      await install();
      await install();
      expect(text('boot/firmware/config.txt')).toMatch(/\[all\]\n# Latchwork.*\ndtparam=strict_gpiod\n$/);
      expect(text('boot/firmware/config.txt').match(/strict_gpiod/g)).toHaveLength(1);
      await install('--remove');
      expect(text('boot/firmware/config.txt')).toBe(before);
    });

    it('leaves a strict_gpiod that was there before', async () => {
      const before = 'dtparam=strict_gpiod\n';
      writeFileSync(inRoot('boot/firmware/config.txt'), before);
      const { install } = archive('one');
      await install();
      await install('--remove');
      expect(text('boot/firmware/config.txt')).toBe(before);
    });

    it('takes everything away but the data, which is then for root alone', async () => {
      const { install } = archive('one');
      await install('--volatile-journal');
      expect(text('etc/systemd/journald.conf.d/50-latchwork.conf')).toContain('Storage=volatile');
      writeFileSync(inRoot('var/lib/latchwork/locker.key'), 'key');
      expect(await install('--remove')).toMatchObject({ ok: true });
      const left = globSync('**/*latchwork*', { cwd: root });
      expect(left).toEqual(['var/lib/latchwork']);
      expect(text('etc/passwd') + text('etc/group')).not.toContain('latchwork:x');
      expect(statSync(inRoot('var/lib/latchwork/locker.key')).uid).toBe(0);
      expect(statSync(inRoot('var/lib/latchwork'))).toMatchObject({ uid: 0, mode: 0o40700 });
      expect(await install('--remove')).toMatchObject({ ok: true });
    });

    it('says what it cannot do', async () => {
      const { install } = archive('one');
      expect((await install('--what')).words).toContain('there is no option --what');
      expect((await install('--wait', 'long')).words).toContain('--wait needs seconds');
      rmSync(inRoot('etc/passwd'));
      expect((await install()).words).toContain('is no root of a system');
      expect(existsSync(inRoot('opt'))).toBe(false);
    });
  },
);
