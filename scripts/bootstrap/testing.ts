import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const scripts = fileURLToPath(new URL('..', import.meta.url));

/** What the bootstrap is made to believe about the Node that runs it, by a `--require` before it starts. */
export interface Pretence {
  node?: string;
  cpu?: string;
  uid?: number;
}

export interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  process: ChildProcess;
  /** Resolves once standard output and error together contain the text. */
  printed(text: string): Promise<void>;
  ended: Promise<Run>;
}

/** A checkout with the real bootstrap and a small entry, and a PATH with nothing on it but stand-ins. */
export class Sandbox {
  readonly root = mkdtempSync(join(tmpdir(), 'latchwork-bootstrap-'));
  readonly #bin = join(this.root, 'bin');
  readonly #log = join(this.root, 'calls.log');
  readonly #running = new Set<ChildProcess>();

  constructor() {
    cpSync(join(scripts, 'bootstrap.mjs'), join(this.root, 'scripts/bootstrap.mjs'));
    cpSync(join(scripts, 'bootstrap'), join(this.root, 'scripts/bootstrap'), { recursive: true });
    this.write('pnpm-lock.yaml', 'lockfileVersion: 9');
    this.write('pnpm-workspace.yaml', 'packages: []');
    this.entry('console.log(JSON.stringify({ args: process.argv.slice(2), node: process.execPath }));');
  }

  /** The script that the command `test` runs. */
  entry(source: string): void {
    this.write('scripts/test.ts', source);
  }

  /** Puts a program on PATH: it notes its call, and then runs the given JavaScript. */
  program(name: string, source: string): void {
    const note = `require('node:fs').appendFileSync(${JSON.stringify(this.#log)}, ${JSON.stringify(name)} + ' ' + process.argv.slice(2).join(' ') + '\\n');`;
    this.write(`bin/${name}`, `#!${process.execPath}\n${note}\n${source}\n`, 0o755);
  }

  write(file: string, text: string, mode = 0o644): void {
    const path = join(this.root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode });
  }

  read(file: string): string {
    return readFileSync(join(this.root, file), 'utf8');
  }

  has(file: string): boolean {
    return existsSync(join(this.root, file));
  }

  /** The calls of stand-ins since the last time, one a line. */
  calls(): string[] {
    if (!existsSync(this.#log)) return [];
    const lines = readFileSync(this.#log, 'utf8').trim().split('\n');
    rmSync(this.#log);
    return lines;
  }

  run(args: string[], pretence: Pretence = {}): Promise<Run> {
    return this.start(args, pretence).ended;
  }

  start(args: string[], pretence: Pretence = {}): Running {
    this.write('pretend.cjs', pretend({ uid: 1000, ...pretence }));
    const child = spawn(
      process.execPath,
      ['--require', join(this.root, 'pretend.cjs'), join(this.root, 'scripts/bootstrap.mjs'), ...args],
      { env: { PATH: this.#bin, HOME: this.root }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#running.add(child);
    const run: Run = { status: null, stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      run.stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      run.stderr += chunk;
    });
    const ended = new Promise<Run>((resolve) => {
      child.on('close', (status) => {
        this.#running.delete(child);
        resolve({ ...run, status });
      });
    });
    const printed = (text: string) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (`${run.stdout}\n${run.stderr}`.includes(text)) resolve();
        };
        child.stdout.on('data', look);
        child.stderr.on('data', look);
        child.on('close', () => reject(new Error(`"${text}" was never printed: ${run.stdout}${run.stderr}`)));
        look();
      });
    return { process: child, printed, ended };
  }

  remove(): void {
    for (const child of this.#running) child.kill('SIGKILL');
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** An npm that "installs" what it is asked for: pnpm as a small script, and Node as a link to this one. */
export const workingNpm = `
  const fs = require('node:fs');
  const { join, dirname } = require('node:path');
  const prefix = process.argv[process.argv.indexOf('--prefix') + 1];
  const modules = join(prefix, 'node_modules');
  const pnpm = \`import fs from 'node:fs';
    fs.appendFileSync('calls.log', 'pnpm ' + process.argv.slice(2).join(' ')
      + ' by ' + process.execPath + ' nodedir ' + process.env.npm_config_nodedir + '\\\\n');
    if (fs.existsSync('pnpm-fails')) { console.log('ERR_PNPM_DISK full'); process.exit(1); }
    fs.mkdirSync('node_modules', { recursive: true });\`;
  const packages = {};
  fs.rmSync(modules, { recursive: true, force: true });
  for (const arg of process.argv.slice(2).filter((arg) => /^[a-z].*@/.test(arg))) {
    const [name, version] = arg.split('@');
    const file = join(modules, name, name === 'pnpm' ? 'bin/pnpm.mjs' : 'bin/node');
    fs.mkdirSync(dirname(file), { recursive: true });
    if (name === 'pnpm') fs.writeFileSync(file, pnpm);
    else fs.symlinkSync(process.execPath, file);
    packages['node_modules/' + name] = { version };
  }
  fs.writeFileSync(join(modules, '.package-lock.json'), JSON.stringify({ packages }));
`;

function pretend({ node, cpu, uid }: Pretence): string {
  const lines = [`process.getuid = () => ${uid};`];
  if (node !== undefined) {
    lines.push(
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: ${JSON.stringify(node)} } });`,
    );
  }
  if (cpu !== undefined)
    lines.push(`Object.defineProperty(process, 'arch', { value: ${JSON.stringify(cpu)} });`);
  return lines.join('\n');
}
