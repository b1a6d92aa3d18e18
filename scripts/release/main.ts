import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { wanted } from '../bootstrap/wanted.mjs';
import { buildRelease } from './build-release.ts';
import { checkRelease } from './check/check-release.ts';

const usage = `usage:
  npm run release -- [--arch arm64|x64] [--out DIR]
  npm run release -- --check
The first makes one archive that a locker's computer is installed from (arm64, into dist). The second proves it on this
machine: as root, on Debian, with debootstrap, systemd-nspawn, shellcheck and qemu-user-static.`;

const say = (line: string) => process.stderr.write(`release: ${line}\n`);

try {
  await main();
} catch (error) {
  say(
    error instanceof Error && 'hint' in error ? `${error.message}\n  ${error.hint}` : String(stackOf(error)),
  );
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      arch: { type: 'string', default: 'arm64' },
      out: { type: 'string', default: 'dist' },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(`${usage}\n`);
  if (values.check) {
    const report = await checkRelease({ say });
    process.stdout.write(`${JSON.stringify(report)}\n`);
    if (!report.ok) process.exitCode = 1;
    return;
  }
  const arch = wanted.cpus.find((cpu) => cpu === values.arch);
  if (arch === undefined) throw new Error(`there is no release for ${values.arch}\n${usage}`);
  const release = await buildRelease({ arch, out: resolve(values.out), say });
  process.stdout.write(`${JSON.stringify(release)}\n`);
}

function stackOf(error: unknown): unknown {
  return error instanceof Error ? error.stack : error;
}
