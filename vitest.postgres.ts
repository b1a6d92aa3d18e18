import { existsSync } from 'node:fs';
import type { TestProject } from 'vitest/node';

interface Cluster {
  stop(): Promise<void>;
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** Connection data of the run's one PostgreSQL cluster. */
    postgres: unknown;
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
  const module = new URL('./server/database/testing.ts', import.meta.url);
  if (!existsSync(module)) return undefined;
  const { startTestCluster } = (await import(module.href)) as { startTestCluster(): Promise<Cluster> };
  const { stop, ...connection } = await startTestCluster();
  project.vitest.provide('postgres', connection);
  return () => stop();
}
