import { createHash } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';

/** The folder under /var/lib, or wherever asked, that stands in for a path which PostgreSQL cannot reach. */
export function standInFor(systemFolder: string, unreachable: string): string {
  return path.join(systemFolder, `latchwork-${shortHash(unreachable)}`);
}

/** Names a path in few letters, the same on every start. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** Its mode is not left to the umask: PostgreSQL's user has to pass through it. */
export async function makePublicFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
}
