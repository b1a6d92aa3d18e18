import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { debianTools } from './bootstrap/wanted.mjs';

/** The path of each outside program that some tests need, or null where this machine has none. */
export type Tools = Record<'socat' | 'chromium' | 'systemd-notify' | 'shellcheck', string | null>;

/** @param path a list of folders as in the PATH variable */
export function findTools(path = process.env.PATH ?? ''): Tools {
  const find = (name: keyof Tools) => {
    const commands = debianTools.find((tool) => tool.name === name)?.commands ?? [];
    const folders = path.split(delimiter).filter((folder) => folder !== '');
    return (
      folders.flatMap((folder) => commands.map((command) => join(folder, command))).find(isProgram) ?? null
    );
  };
  return {
    socat: find('socat'),
    chromium: find('chromium'),
    'systemd-notify': find('systemd-notify'),
    shellcheck: find('shellcheck'),
  };
}

/** One line for each tool that is missing, as `npm test` prints it. */
export function missingTools(tools: Tools): string[] {
  return debianTools
    .filter((tool) => tools[tool.name as keyof Tools] === null)
    .map((tool) => `skipped: ${tool.name} (apt-get install ${tool.package})`);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
