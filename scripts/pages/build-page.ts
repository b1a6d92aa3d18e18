import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { putInPlace } from './put-in-place.ts';
import { stampName } from './stamp.ts';

const buildWithinMs = 120_000;

/**
 * Builds one folder with its own Vite, and puts the result in place only when it is whole: whoever serves `dist`
 * meanwhile goes on with the build before it. Rejects with Vite's words.
 */
export async function buildPage(folder: string, stamp: string): Promise<void> {
  const fresh = join(folder, `.dist-${randomUUID()}`);
  mkdirSync(fresh);
  try {
    await runVite(folder, fresh);
    writeFileSync(join(fresh, stampName), stamp);
    putInPlace(fresh, join(folder, 'dist'));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

async function runVite(folder: string, outDir: string): Promise<void> {
  const packageJson = createRequire(join(folder, 'vite.config.ts')).resolve('vite/package.json');
  const vite = join(dirname(packageJson), 'bin/vite.js');
  const args = [vite, 'build', folder, '--config', join(folder, 'vite.config.ts')];
  try {
    await promisify(execFile)(
      process.execPath,
      [...args, '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'],
      { cwd: folder, timeout: buildWithinMs },
    );
  } catch (error) {
    const words = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new Error(`the pages of ${folder} could not be built:\n${words}`, { cause: error });
  }
}
