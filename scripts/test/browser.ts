import { chromium } from 'playwright-core';

/** What a Chromium under test has no use for, and what containers do not have. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/** Starts one Chromium that many test files share over loopback, each with contexts of its own. */
export async function startBrowser(
  executablePath: string,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = await chromium.launchServer({ executablePath, args, host: '127.0.0.1' });
  return { url: server.wsEndpoint(), stop: () => server.close() };
}
