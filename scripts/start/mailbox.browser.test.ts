import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { mail, sendMail } from '../mailbox/testing.ts';
import { type Mailbox, startMailbox } from './mailbox.ts';

const browserUrl = inject('browser') ?? '';

describe.skipIf(!browserUrl)('the mailbox’s page', () => {
  let dir: string;
  let mailbox: Mailbox;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'latchwork-mailbox-'));
    mailbox = await startMailbox({ dir, smtpPort: 0, httpPort: 0 });
    browser = await chromium.connect(browserUrl);
    page = await browser.newPage();
    await page.goto(mailbox.http);
    await page.getByText('No mail yet.').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await mailbox?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('shows a new mail by itself, and opens it', async () => {
    await sendMail(mailbox.smtp, mail({ subject: 'First', body: 'Your code: 1234 5678' }), 'ann@example.org');
    await page.getByRole('link', { name: 'First' }).click();
    await page.getByRole('article').getByText('Your code: 1234 5678').waitFor();
  });

  it('shows a mail’s HTML, and lets nothing in it run or be fetched', async () => {
    const answered: string[] = [];
    page.on('response', (response) => answered.push(response.url()));
    const body = `<p id="told">Hello</p><script>document.getElementById('told').textContent = 'Ran'</script>
      <img src="${mailbox.http}/api/mails?from=image" onerror="document.getElementById('told').textContent = 'Ran'">`;
    await sendMail(mailbox.smtp, mail({ subject: 'Second', body, type: 'text/html' }), 'ann@example.org');
    await page.getByRole('link', { name: 'Second' }).click();
    const frame = page.frameLocator('iframe');
    await frame.getByText('Hello').waitFor();
    await page.waitForLoadState('load');
    expect(await frame.locator('#told').textContent()).toBe('Hello');
    expect(answered.filter((url) => url.includes('from=image'))).toEqual([]);
  });
});
