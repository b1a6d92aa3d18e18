import { execFile } from 'node:child_process';

/** The system user a program runs as; undefined means as ourselves. */
export interface RunAs {
  uid: number;
  gid: number;
  name: string;
}

export interface CommandResult {
  /** The exit status; 127 where the program could not be started at all. */
  status: number;
  stdout: string;
  /** What it complained of, or why it could not be started. */
  stderr: string;
}

const outputBytesMax = 1024 * 1024;

/** A search path that does not depend on who started us: root's own folders are missing from many. */
export const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Runs a short system command to its end, in a clean environment. A failure is a status, never a throw. */
export function runCommand(command: string, args: string[], runAs?: RunAs): Promise<CommandResult> {
  const identity = runAs === undefined ? {} : { uid: runAs.uid, gid: runAs.gid };
  const options = {
    ...identity,
    cwd: '/',
    env: { PATH: systemPath, LC_ALL: 'C' },
    maxBuffer: outputBytesMax,
  };
  return new Promise((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ status: 0, stdout, stderr });
      else
        resolve({
          status: typeof error.code === 'number' ? error.code : 127,
          stdout,
          stderr: stderr === '' ? error.message : stderr,
        });
    });
  });
}
