import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mail, sendMail } from '../mailbox/testing.ts';
import { type Mailbox, startMailbox } from './mailbox.ts';

describe('the mailbox', () => {
  let dir: string;
  let mailbox: Mailbox;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'latchwork-mailbox-'));
    mailbox = await startMailbox({ dir, smtpPort: 0, httpPort: 0 });
  });
  afterEach(async () => {
    await mailbox.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const page = async (path: string) => (await fetch(mailbox.http + path)).text();
  const mails = async () => (await (await fetch(`${mailbox.http}/api/mails`)).json()) as { id: number }[];

  test('keeps what it took, newest first, with every recipient', async () => {
    await sendMail(mailbox.smtp, mail({ subject: 'First', body: 'Your code: 1234 5678' }), 'ann@example.org');
    await sendMail(mailbox.smtp, mail({ subject: 'Ünd jetzt' }), 'bob@example.org', 'cy@example.org');
    expect(await mails()).toMatchObject([
      { id: 2, subject: 'Ünd jetzt', to: 'bob@example.org, cy@example.org', from: 'from@example.org' },
      { id: 1, subject: 'First', to: 'ann@example.org', text: expect.stringContaining('1234 5678') },
    ]);
    expect(await page('/mails/1')).toContain('Your code: 1234 5678');
  });

  test('survives a restart, and leaves out a file that is broken', async () => {
    await sendMail(mailbox.smtp, mail({ subject: 'First' }), 'ann@example.org');
    await mailbox.stop();
    writeFileSync(join(dir, '00000007.json'), '{"id": 7, "subj');
    const said: string[] = [];
    mailbox = await startMailbox({ dir, smtpPort: 0, httpPort: 0, say: (line) => said.push(line) });
    expect(said).toEqual(['mailbox: 00000007.json cannot be read and is left out']);
    expect(await mails()).toMatchObject([{ id: 1, subject: 'First' }]);
    await sendMail(mailbox.smtp, mail({ subject: 'Second' }), 'ann@example.org');
    expect(await mails()).toMatchObject([{ id: 2 }, { id: 1 }]);
  });

  test('keeps its files to their owner, and the last 200 of them', async () => {
    expect(statSync(dir).mode & 0o077).toBe(0);
    const old = { at: '2026-01-01T00:00:00.000Z', from: '', to: '', subject: '', text: '', html: null };
    await mailbox.stop();
    for (let id = 1; id <= 200; id += 1)
      writeFileSync(join(dir, `${String(id).padStart(8, '0')}.json`), JSON.stringify({ id, ...old }));
    mailbox = await startMailbox({ dir, smtpPort: 0, httpPort: 0 });
    await sendMail(mailbox.smtp, mail({ subject: 'One more' }), 'ann@example.org');
    const kept = await mails();
    expect([kept.length, kept[0]?.id, kept.at(-1)?.id]).toEqual([200, 201, 2]);
    const files = readdirSync(dir).sort();
    expect([files.length, files[0], files.at(-1)]).toEqual([200, '00000002.json', '00000201.json']);
    expect(statSync(join(dir, '00000201.json')).mode & 0o077).toBe(0);
  });

  test('tells an open page of a new mail', async () => {
    const events = await fetch(`${mailbox.http}/events`);
    const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
    await sendMail(mailbox.smtp, mail({ subject: 'First' }), 'ann@example.org');
    let heard = '';
    while (!heard.includes('event: mail')) heard += (await reader?.read())?.value ?? '';
    await reader?.cancel();
  });

  test('shows a mail’s HTML where nothing in it can act, and its words only as words', async () => {
    const html = '<p>Hello</p><script>alert(1)</script>';
    const evil = mail({ subject: '<script>alert(2)</script>', body: html, type: 'text/html' });
    await sendMail(mailbox.smtp, evil, 'ann@example.org');
    expect(await page('/')).not.toContain('<script>alert');
    const reading = await page('/mails/1');
    expect(reading).not.toContain('<script>alert');
    expect(reading).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
    const frame = await fetch(`${mailbox.http}/mails/1/html`);
    expect(await frame.text()).toContain(html);
    const policy = frame.headers.get('content-security-policy');
    expect(policy).toMatch(/^sandbox allow-popups/);
    expect(policy).not.toMatch(/allow-scripts|allow-same-origin|script-src/);
    expect(policy).toContain("default-src 'none'");
  });

  test.each([
    ['a name of its own that points here', { host: 'evil.example' }],
    ['another site', { origin: 'http://evil.example' }],
  ])('answers no page from elsewhere: %s', async (_how, headers) => {
    for (const path of ['/', '/api/mails', '/events', '/mails/1'])
      expect(await statusWith(`${mailbox.http}${path}`, headers)).toBe(403);
  });

  test('refuses a mail that is too large, and takes the next one', async () => {
    const huge = mail({ subject: 'Huge', body: `${'x'.repeat(900)}\r\n`.repeat(1200) });
    await expect(sendMail(mailbox.smtp, huge, 'ann@example.org')).rejects.toThrow(/^552/);
    expect(await mails()).toEqual([]);
    await sendMail(mailbox.smtp, mail({ subject: 'Small' }), 'ann@example.org');
    expect(await mails()).toMatchObject([{ subject: 'Small' }]);
  });

  test('says which port is taken', async () => {
    const taken = Number(new URL(mailbox.http).port);
    await expect(startMailbox({ dir, smtpPort: 0, httpPort: taken })).rejects.toThrow(
      `the mailbox cannot use port ${taken} (--http-port): another program listens there`,
    );
  });
});

describe('the mailbox as a process', () => {
  test('has the mail on disk once it said 250, even when it is killed then; ends on SIGTERM', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'latchwork-mailbox-'));
    const running: ChildProcess[] = [];
    try {
      const first = await run(dir, running);
      expect(first.ready).toEqual({
        ready: 'mailbox',
        smtp: expect.stringMatching(/^smtp:\/\/127\.0\.0\.1:\d+$/),
        http: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      });
      await sendMail(first.ready.smtp, mail({ subject: 'Kept' }), 'ann@example.org');
      first.child.kill('SIGKILL');
      await first.ended;
      const second = await run(dir, running);
      expect(await (await fetch(`${second.ready.http}/api/mails`)).json()).toMatchObject([
        { subject: 'Kept' },
      ]);
      second.child.kill('SIGTERM');
      expect(await second.ended).toEqual([0, null]);
    } finally {
      for (const child of running) child.kill('SIGKILL');
      rmSync(dir, { recursive: true, force: true });
    }
  });
});

async function run(dir: string, running: ChildProcess[]) {
  const script = join(import.meta.dirname, 'mailbox.ts');
  const args = [script, '--dir', dir, '--smtp-port', '0', '--http-port', '0'];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(child);
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout! });
  const [line] = await once(lines, 'line');
  return { child, ended, ready: JSON.parse(line) as { smtp: string; http: string } };
}

/** Unlike `fetch`, names any host and origin. */
async function statusWith(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const asked = request(url, { headers, agent: false }).end();
  const [response] = await once(asked, 'response');
  response.destroy();
  return response.statusCode;
}
