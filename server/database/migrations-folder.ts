import { fileURLToPath } from 'node:url';

/** The SQL files that make the server's tables. */
export const migrationsFolder: string = fileURLToPath(new URL('./migrations', import.meta.url));
