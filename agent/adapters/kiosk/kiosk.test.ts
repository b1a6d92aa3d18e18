import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { inbox } from '../../contracts/inbox.ts';
import { kioskContract, viewWith } from '../../contracts/kiosk.contract.ts';
import type { KioskAction } from '../../core/input.ts';
import type { KioskView } from '../../core/screen.ts';
import { type KioskMessage, pageIsHere } from '../../ports/kiosk.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { fakeKiosk } from './fake-kiosk.ts';
import { type HttpKiosk, httpKiosk } from './http-kiosk.ts';

const pages: WebSocket[] = [];
let kiosk: HttpKiosk;
afterEach(async () => {
  for (const page of pages.splice(0)) page.terminate();
  await kiosk?.stop();
});

/** A page of the kiosk, as a browser would open it. */
async function openPage(headers: Record<string, string> = {}) {
  const page = new WebSocket(`${kiosk.url.replace('http', 'ws')}/live`, { headers });
  pages.push(page);
  const messages = inbox<KioskMessage>();
  page.on('message', (data) => messages.push(JSON.parse(String(data))));
  page.on('error', () => undefined);
  await new Promise((resolve) => page.once('open', resolve).once('close', resolve));
  return { page, messages, send: (value: unknown) => page.send(JSON.stringify(value)) };
}

kioskContract('fake', async () => {
  const fake = fakeKiosk();
  return {
    kiosk: fake,
    open: async () => {
      const views = inbox<KioskView>();
      fake.look(views.push);
      return { next: views.next, touch: fake.touch };
    },
    dispose: () => fake.stop(),
  };
});

kioskContract('HTTP', async () => {
  kiosk = httpKiosk({ port: 0, clock: manualClock() });
  return {
    kiosk,
    open: async () => {
      const { messages, send } = await openPage();
      return { next: messages.next as () => Promise<KioskView>, touch: send };
    },
    dispose: () => kiosk.stop(),
  };
});

describe('the HTTP kiosk', () => {
  const clock = manualClock();
  let actions: ReturnType<typeof inbox<KioskAction>>;
  beforeEach(async () => {
    kiosk = httpKiosk({ port: 0, clock });
    actions = inbox();
    kiosk.show(viewWith({ name: 'idle' }));
    await kiosk.start({ onAction: actions.push });
  });

  /** A request as raw as it must be: fetch would tidy up the path and the Host. */
  async function get(path: string, { method = 'GET', ...headers }: Record<string, string> = {}) {
    const { port } = new URL(kiosk.url);
    const asked = request({ host: '127.0.0.1', port, path, method, headers });
    asked.end();
    const [response] = await once(asked, 'response');
    let body = '';
    for await (const chunk of response) body += chunk;
    return { status: response.statusCode, headers: response.headers, body };
  }

  it.each([
    ['no JSON', 'code 12345678'],
    ['an unknown action', '{"do":"openAll"}'],
    ['an unknown field', '{"do":"finish","slot":1}'],
    ['a code of letters', '{"do":"enterCode","code":"1234abcd"}'],
    ['a code that is too long', `{"do":"enterCode","code":"${'1'.repeat(13)}"}`],
    ['a slot that cannot be', '{"do":"reportProblem","slot":0,"problem":"slot dirty"}'],
    ['nothing', ''],
  ])('answers %s with an error that repeats nothing, and goes on', async (_what, garbage) => {
    const { page, messages, send } = await openPage();
    await messages.next();
    page.send(garbage);
    expect(await messages.next()).toEqual({ error: 'not an action that this kiosk knows' });
    page.send(Buffer.from([0xff, 0x00]), { binary: true });
    expect(await messages.next()).toHaveProperty('error');
    send({ do: 'finish' });
    expect(await actions.next()).toEqual({ do: 'finish' });
  });

  it('drops a page that sends more than a kilobyte, and keeps the others', async () => {
    const [bad, good] = [await openPage(), await openPage()];
    bad.send({ do: 'enterCode', code: '1'.repeat(2_000) });
    await once(bad.page, 'close');
    good.send({ do: 'finish' });
    expect(await actions.next()).toEqual({ do: 'finish' });
  });

  it('takes no more touches than two hands can do', async () => {
    const { messages, send } = await openPage();
    await messages.next();
    for (let count = 0; count < 60; count += 1) send({ do: 'finish' });
    expect(await messages.next()).toEqual({ error: 'too many touches: this one was not taken' });
    await openPage();
    const taken = actions.waiting().length;
    expect(taken).toBeGreaterThan(9);
    expect(taken).toBeLessThan(40);
    await clock.advance(1_000);
    send({ do: 'reopen' });
    for (let count = 0; count < taken; count += 1) await actions.next();
    expect(await actions.next()).toEqual({ do: 'reopen' });
  });

  it('shows itself to a handful of pages, and to the next once one has gone', async () => {
    const open = await Promise.all(Array.from({ length: 8 }, () => openPage()));
    const refused = await openPage();
    if (refused.page.readyState !== WebSocket.CLOSED) await once(refused.page, 'close');
    expect(refused.messages.waiting()).toEqual([]);
    open[0]?.page.terminate();
    await expect
      .poll(async () => {
        const { page, messages } = await openPage();
        const message = await Promise.race([messages.next(), once(page, 'close')]);
        return 'screen' in message;
      })
      .toBe(true);
  });

  it.each([
    ['a name that only points here', { host: 'evil.example' }],
    ['a name that begins like ours', { host: '127.0.0.1.evil.example' }],
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a page of another program on this machine', { origin: 'http://127.0.0.1:1' }],
    ['a sandboxed page', { origin: 'null' }],
  ])('answers nothing to %s', async (_who, headers) => {
    expect(await get('/', headers)).toMatchObject({ status: 403 });
    expect(await get('/health', headers)).toMatchObject({ status: 403 });
    const { page, messages } = await openPage(headers);
    expect(page.readyState).toBe(WebSocket.CLOSED);
    expect(messages.waiting()).toEqual([]);
  });

  it('answers its own page, by any loopback name', async () => {
    const { port } = new URL(kiosk.url);
    for (const host of [`localhost:${port}`, `[::1]:${port}`, `127.0.0.1:${port}`]) {
      expect(await get('/health', { host, origin: `http://${host}` })).toMatchObject({ status: 200 });
      const { messages } = await openPage({ host, origin: `http://${host}` });
      expect(await messages.next()).toHaveProperty('screen');
    }
  });

  it('says whether it serves people yet', async () => {
    expect((await get('/health')).body).toBe('{"status":"ok"}');
    kiosk.show(viewWith({ name: 'starting' }));
    expect((await get('/health')).body).toBe('{"status":"starting"}');
  });

  it('says for how long no page was there, and that 60 s are too long', async () => {
    const { page, messages, send } = await openPage();
    await messages.next();
    const silent = async () => {
      const { status, body } = await get('/health/page');
      return [status, JSON.parse(body).silentMs];
    };
    await clock.advance(60_000);
    expect(await silent()).toEqual([200, 60_000]);
    await clock.advance(1);
    expect(await silent()).toEqual([503, 60_001]);
    for (let count = 0; count < 100; count += 1) page.send(pageIsHere);
    send({ do: 'finish' });
    expect(await actions.next()).toEqual({ do: 'finish' });
    expect(await silent()).toEqual([200, 0]);
    expect(messages.waiting()).toEqual([]);
  });

  it('serves its page under a policy that lets in nothing from elsewhere', async () => {
    const { status, headers } = await get('/?x=1');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).not.toContain('immutable');
  });

  it.each([
    '/../package.json',
    '/assets/../../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/%2e%2e/package.json',
    '//etc/passwd',
    '/assets/.hidden.js',
    '/index.html/',
    '/assets/',
    '/live',
  ])('has no page at %s', async (path) => {
    expect(await get(path)).toMatchObject({ status: 404 });
  });

  it('takes no writing, and no socket elsewhere than at /live', async () => {
    expect(await get('/', { method: 'POST' })).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD' },
    });
    expect(await get('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    const elsewhere = new WebSocket(`${kiosk.url.replace('http', 'ws')}/other`);
    const [error] = await once(elsewhere, 'error');
    expect(error.message).toContain('404');
  });

  it('says that its port is taken', async () => {
    const second = httpKiosk({ port: Number(new URL(kiosk.url).port), clock });
    await expect(second.start({ onAction: () => undefined })).rejects.toThrow(
      /port \d+: it is taken by another program/,
    );
    await second.stop();
  });
});
