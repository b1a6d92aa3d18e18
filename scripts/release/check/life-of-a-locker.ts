import { appendFileSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameAfterContent, writeManifest } from '../manifest.ts';
import { copyOf } from './clean-debian.ts';
import type { Machine } from './machine.ts';
import type { Stepper } from './step.ts';

export interface LifeOptions {
  machine: Machine;
  /** The machine's root folder, from outside. */
  root: string;
  /** The release that is installed there, and of which others are made. */
  tree: string;
  step: Stepper;
}

const unit = 'latchwork-agent.service';

/** What befalls a locker between its first start and its end, on a machine where the release was just installed. */
export async function lifeOfALocker({ machine, root, tree, step }: LifeOptions): Promise<void> {
  const { inside, until } = machine;
  const property = async (name: string) =>
    (await inside('systemctl', 'show', '--property', name, '--value', unit)).trim();
  const isActive = async () => (await property('ActiveState')) === 'active';
  const current = () => readlinkSync(join(root, 'opt/latchwork/current')).replace('releases/', '');
  const journalLines = async () =>
    Number(await inside('/opt/latchwork/current/node/bin/node', '--eval', countLines));

  await step('systemd and udev find nothing wrong with their files', async () => {
    const words = await inside('sh', '-c', `systemd-analyze verify ${unit} latchwork-kiosk.service 2>&1`);
    expectThat(words === '', words);
    const rules = await inside('sh', '-c', 'udevadm test /sys/class/mem/null 2>&1 | grep -i latchwork');
    expectThat(/^Reading rules file: \S+\n$/.test(rules), rules);
  });
  await step('the agent starts with the machine, as its own user', async () => {
    expectThat(await until(isActive, 120_000), await why(inside));
    expectThat(
      (await inside('stat', '--format=%U %a', '/var/lib/latchwork')).trim() === 'latchwork 700',
      'data folder',
    );
  });
  await step('the watchdog is fed', async () => {
    const before = await property('WatchdogTimestampMonotonic');
    const fed = async () => Number(await property('WatchdogTimestampMonotonic')) > Number(before);
    expectThat(await until(fed, 25_000), 'no word within 25 s');
  });
  await step('an agent that hangs is started anew by the watchdog', async () => {
    const [hung, lines] = [await property('MainPID'), await journalLines()];
    await inside('sh', '-c', `kill -STOP ${hung}`);
    const back = async () => (await isActive()) && (await property('MainPID')) !== hung;
    expectThat(await until(back, 120_000), await why(inside));
    expectThat((await journalLines()) > lines, 'the journal did not go on');
  });
  await step('an upgrade keeps the data', async () => {
    const [lines, next] = [await journalLines(), releaseLike(tree, root, 'next')];
    await inside(join(next.inside, 'install.sh'));
    expectThat(current() === next.release, `current is ${current()}`);
    expectThat((await journalLines()) > lines, 'the journal did not go on');
  });
  await step('a damaged archive is refused', async () => {
    const [before, damaged] = [current(), releaseLike(tree, root, 'damaged')];
    appendFileSync(join(damaged.outside, 'shared/index.ts'), '\n');
    const words = await inside(join(damaged.inside, 'install.sh')).then(() => 'installed', String);
    expectThat(words.includes('damaged') && current() === before, words);
  });
  await step('a release that does not run is rolled back', async () => {
    const before = current();
    const broken = releaseLike(tree, root, 'broken', (folder) =>
      writeFileSync(join(folder, 'agent/main.ts'), 'process.exit(3);\n'),
    );
    const words = await inside(join(broken.inside, 'install.sh'), '--wait', '60').then(
      () => 'installed',
      String,
    );
    expectThat(words.includes('going back') && current() === before && (await isActive()), words);
    expectThat(
      !readdirSync(join(root, 'opt/latchwork/releases')).includes(broken.release),
      'it was left behind',
    );
  });
  await step('removing leaves the data and nothing else', async () => {
    await inside('/opt/latchwork/current/install.sh', '--remove');
    const left = await inside('sh', '-c', traces);
    expectThat(left.trim() === '', `left: ${left}`);
    expectThat(
      (await inside('stat', '--format=%U', '/var/lib/latchwork/agent.db')).trim() === 'root',
      'data',
    );
  });
}

const countLines = `
  const Database = require('/opt/latchwork/current/agent/node_modules/better-sqlite3');
  const db = new Database('/var/lib/latchwork/agent.db', { readonly: true });
  console.log(db.prepare('SELECT count(*) FROM journal').pluck().get());`;

const traces = `
  find / -xdev -iname '*latchwork*' -not -path '/proc/*' -not -path '/sys/*' -not -path '/root/*' \
    -not -path '/var/lib/latchwork*' -not -path '/var/log/*' -not -path '/run/*'
  grep latchwork /etc/passwd /etc/group || true`;

/** Another release, which differs by a file, and then by what `change` does. */
function releaseLike(tree: string, root: string, name: string, change?: (folder: string) => void) {
  const copy = copyOf(tree, root, name);
  const [version = '', arch = ''] = readFileSync(join(tree, 'VERSION'), 'utf8').split('-');
  writeFileSync(join(copy.outside, 'NOTE'), `${name}\n`);
  change?.(copy.outside);
  writeManifest(copy.outside);
  const release = nameAfterContent(copy.outside, version, arch);
  writeFileSync(join(copy.outside, 'VERSION'), `${release}\n`);
  return { ...copy, release };
}

async function why(inside: Machine['inside']): Promise<string> {
  return inside('journalctl', '--unit', unit, '--lines', '20', '--no-pager').catch(String);
}

function expectThat(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
