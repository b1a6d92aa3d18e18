import type { TestProject } from 'vitest/node';
import { startTestCluster, type TestConnection } from './server/database/testing.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The run's one PostgreSQL cluster, for `createTestDatabase(inject('postgres'))`. */
    postgres: TestConnection;
  }
}

/**
 * Starts one PostgreSQL cluster for the whole run: the first project that needs it provides it to all, and
 * stops it when Vitest closes, which is after the last test of every project.
 */
export default async function providePostgres(
  project: TestProject,
): Promise<(() => Promise<void>) | undefined> {
  if (project.vitest.getRootProject().getProvidedContext().postgres !== undefined) return undefined;
  // Durability is not under test here: what a test commits may go with the run.
  const { stop, ...connection } = await startTestCluster({ fsync: 'off' });
  project.vitest.provide('postgres', connection);
  return stop;
}
