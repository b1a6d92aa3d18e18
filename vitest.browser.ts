import type { TestProject } from 'vitest/node';
import { buildPages } from './scripts/pages.ts';
import { startBrowser } from './scripts/test/browser.ts';
import { findTools } from './scripts/tools.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The run's one Chromium, for `chromium.connect(inject('browser'))`; null where this machine has none. */
    browser: string | null;
  }
}

/** Tests in a browser open the pages as they are built; those whose sources changed are built anew first. */
export default async function provideBrowser(
  project: TestProject,
): Promise<(() => Promise<void>) | undefined> {
  const { chromium } = findTools();
  if (chromium === null) {
    project.provide('browser', null);
    return undefined;
  }
  await buildPages();
  const { url, stop } = await startBrowser(chromium);
  project.provide('browser', url);
  return stop;
}
