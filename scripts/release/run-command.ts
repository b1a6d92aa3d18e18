import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const outputMax = 32 * 1024 * 1024;

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  withinMs?: number;
}

/** Resolves to standard output. Rejects with the last lines of what the program said. */
export async function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env, withinMs = 600_000 }: RunOptions = {},
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(command, args, {
      cwd,
      env: env ?? process.env,
      timeout: withinMs,
      maxBuffer: outputMax,
    });
    return stdout;
  } catch (error) {
    const { stderr = '', stdout = '', message = String(error) } = error as Partial<Record<string, string>>;
    const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-12).join('\n  ');
    throw new Error(`${command} ${args[0] ?? ''} failed: ${said || message}`, { cause: error });
  }
}
