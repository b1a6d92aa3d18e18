import { once } from 'node:events';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type SimulatedCabinet, startCabinet } from '../start-cabinet.ts';

let cabinet: SimulatedCabinet;
beforeEach(async () => {
  cabinet = await startCabinet({ panelPort: 0, relays: [{ name: 'mqtt', listenPort: 0, targetPort: 9 }] });
});
afterEach(() => cabinet.stop());

function ask(
  path: string,
  options: { method?: string; body?: string; headers?: Record<string, string> } = {},
) {
  return new Promise<{ status: number; type: string; text: string }>((resolve, reject) => {
    const { method = 'GET', body, headers = {} } = options;
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const call = request(
      `${cabinet.panel}${path}`,
      { method, headers: { ...type, ...headers } },
      (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text }),
        );
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

async function post(path: string, body: unknown) {
  const { status, type, text } = await ask(path, { method: 'POST', body: JSON.stringify(body) });
  return { status, type, json: JSON.parse(text) };
}

describe('the panel’s API', () => {
  it('shows the cabinet and what truly happened', async () => {
    const shown = JSON.parse((await ask('/api/cabinet')).text);
    expect(shown).toEqual(JSON.parse(JSON.stringify(cabinet.view())));
    expect(shown.doors).toHaveLength(16);
    expect(JSON.parse((await ask('/api/record')).text)).toEqual({ entries: [], dropped: 0 });
  });

  it('sets and clears a door’s fault, and answers with the cabinet as it then stands', async () => {
    const jammed = await post('/api/doors/3/fault', { jam: { untilPulse: 2 } });
    expect(jammed.status).toBe(200);
    expect(jammed.json.doors[2].jam).toEqual({ untilPulse: 2 });
    const freed = await post('/api/doors/3/fault', { jam: null });
    expect(freed.json.doors[2].jam).toBeNull();
  });

  it('sets faults of the lines, cuts and heals the network, and scans', async () => {
    expect((await post('/api/line/fault', { deadBoards: [1] })).json.lockLines[0].deadBoards).toEqual([1]);
    expect((await post('/api/line/fault', { line: 'scanner', unplugged: true })).json.scanner.unplugged).toBe(
      true,
    );
    expect(await post('/api/scan', { text: 'X' })).toMatchObject({
      status: 409,
      type: 'application/problem+json',
      json: { status: 409, title: 'the scanner is unplugged' },
    });
    await post('/api/line/fault', { line: 'scanner', unplugged: false });
    expect((await post('/api/scan', { text: 'X', end: 'none' })).status).toBe(200);
    expect((await post('/api/network', { cut: true })).json.network.cut).toBe(true);
    expect((await post('/api/network', { cut: false })).json.network.cut).toBe(false);
  });

  it('turns a key, pushes a door in, and resets a board', async () => {
    expect((await post('/api/doors/4/push-in', {})).status).toBe(200);
    expect((await post('/api/doors/4/push-in', { forMs: 100 })).status).toBe(200);
    expect((await post('/api/doors/4/key', {})).json.doors[3].open).toBe(true);
    expect((await post('/api/board/reset', { board: 1, silentMs: 0 })).status).toBe(200);
    expect(cabinet.record().entries.map(({ kind }) => kind)).toEqual([
      'pushedIn',
      'pushedIn',
      'keyTurned',
      'opened',
      'boardReset',
    ]);
  });

  it.each([
    { path: '/api/doors/99/push-in', body: {}, title: 'there is no such door' },
    { path: '/api/doors/99/key', body: {}, title: 'there is no such door' },
    { path: '/api/line/fault', body: { line: 'left', echo: true }, title: 'there is no such line' },
    { path: '/api/board/reset', body: { board: 9 }, title: 'there is no such board' },
    { path: '/api/board/reset', body: { line: 'left', board: 1 }, title: 'there is no such board' },
    { path: '/api/service-switch', body: { on: true }, title: 'there is no service switch' },
  ])('answers $path with $title', async ({ path, body, title }) => {
    expect(await post(path, body)).toMatchObject({ status: 404, json: { title } });
  });

  it('sets every fault of a line and of its boards', async () => {
    const faults = {
      noise: { style: 'beforeReplies', bytes: 7, everyNth: 2 },
      truncated: { bytesLost: 1, everyNth: 2 },
      late: { delayMs: 10, everyNth: 1 },
      flood: { bytesPerS: 10 },
      echo: true,
      misaddressed: [{ board: 1, as: 2 }],
      wrongAnswers: [{ board: 1, as: 3 }],
      resetting: [{ board: 1, afterMs: 10, silentMs: 20 }],
    };
    expect((await post('/api/line/fault', faults)).json.lockLines[0]).toMatchObject(faults);
  });

  it('says why a hand can do nothing', async () => {
    const shut = await post('/api/doors/1/push-shut', {});
    expect(shut).toMatchObject({ status: 409, json: { title: 'the door is already shut' } });
    const parcel = await post('/api/doors/1/parcel', { in: true });
    expect(parcel).toMatchObject({ status: 409, json: { title: 'the door is shut' } });
    expect((await post('/api/doors/99/parcel', { in: true })).status).toBe(404);
    expect((await ask('/api/doors/1/push-shut', { method: 'POST' })).status).toBe(409);
  });

  it.each([
    { wrong: 'not JSON', path: '/api/network', body: '{', status: 400 },
    { wrong: 'an unknown field', path: '/api/network', body: '{"cut":true,"by":"axe"}', status: 400 },
    { wrong: 'the wrong type', path: '/api/network', body: '{"cut":1}', status: 400 },
    { wrong: 'nothing to scan', path: '/api/scan', body: '{"text":""}', status: 400 },
    { wrong: 'no parcel move', path: '/api/doors/1/parcel', body: '{}', status: 400 },
    {
      wrong: 'a fault of the other line',
      path: '/api/line/fault',
      body: '{"line":"scanner","echo":true}',
      status: 400,
    },
    {
      wrong: 'too long a scan',
      path: '/api/scan',
      body: JSON.stringify({ text: 'x'.repeat(4097) }),
      status: 400,
    },
    {
      wrong: 'too large a body',
      path: '/api/scan',
      body: JSON.stringify({ text: 'x'.repeat(1_000_000) }),
      status: 413,
    },
    { wrong: 'nothing of that name', path: '/api/nothing', body: '{}', status: 404 },
    { wrong: 'the wrong method', path: '/api/cabinet', body: '{}', status: 405 },
  ])('refuses $wrong with $status', async ({ path, body, status }) => {
    const answer = await ask(path, { method: 'POST', body });
    expect(answer).toMatchObject({ status, type: 'application/problem+json' });
    expect(JSON.parse(answer.text)).toMatchObject({ type: 'about:blank', status });
    expect(cabinet.view().network.cut).toBe(false);
  });

  it('refuses a body that does not say it is JSON', async () => {
    const headers = { 'content-type': 'text/plain' };
    expect((await ask('/api/network', { method: 'POST', body: '{"cut":true}', headers })).status).toBe(415);
  });
});

describe('a caller that misbehaves', () => {
  it('may hang up in the middle of asking', async () => {
    const call = connect(Number(new URL(cabinet.panel ?? '').port), '127.0.0.1');
    await once(call, 'connect');
    call.write('POST /api/network HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n');
    call.write('content-length: 99\r\nexpect: 100-continue\r\n\r\n{"cut":');
    await once(call, 'data');
    call.resetAndDestroy();
    expect((await ask('/api/cabinet')).status).toBe(200);
  });

  it('may ask for the socket and hang up', async () => {
    const call = connect(Number(new URL(cabinet.panel ?? '').port), '127.0.0.1');
    await once(call, 'connect');
    call.write(
      'GET /elsewhere HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
    );
    call.resetAndDestroy();
    expect((await ask('/api/cabinet')).status).toBe(200);
  });

  it('hears of what could not be done', async () => {
    await post('/api/line/fault', { unplugged: true });
    const squatter = createServer();
    squatter.listen(Number(new URL(cabinet.lockLine).port), '127.0.0.1');
    await once(squatter, 'listening');
    const refused = await post('/api/line/fault', { unplugged: false });
    expect(refused).toMatchObject({ status: 500, type: 'application/problem+json' });
    expect(refused.json.title).toContain('EADDRINUSE');
    expect(cabinet.view().lockLines[0]?.unplugged).toBe(true);
    squatter.close();
    await once(squatter, 'close');
    expect((await post('/api/line/fault', { unplugged: false })).json.lockLines[0].unplugged).toBe(false);
  });
});

describe('who may ask', () => {
  it.each([
    { headers: { host: 'localhost:1' }, status: 200 },
    { headers: { host: 'evil.example' }, status: 403 },
    { headers: { host: 'localhost.evil.example:80' }, status: 403 },
    { headers: { origin: 'http://evil.example' }, status: 403 },
    { headers: { origin: 'null' }, status: 403 },
  ])('answers $headers with $status', async ({ headers, status }) => {
    expect((await ask('/api/cabinet', { headers })).status).toBe(status);
  });

  it('answers its own page', async () => {
    expect((await ask('/api/cabinet', { headers: { origin: cabinet.panel ?? '' } })).status).toBe(200);
  });

  it('lets no other page follow the cabinet', async () => {
    const viewer = new WebSocket(`${cabinet.panel?.replace('http', 'ws')}/live`, {
      origin: 'http://evil.example',
    });
    const [error] = await once(viewer, 'error');
    expect(String(error)).toContain('403');
  });

  it('gives out no file from beyond the page', async () => {
    expect((await ask('/../../package.json')).status).toBe(404);
    expect((await ask('/%2e%2e/%2e%2e/package.json')).status).toBe(404);
    expect((await ask('/..%2f..%2findex.html')).status).toBe(404);
  });
});

describe('the live socket', () => {
  it('sends the whole view at first and after each change', async () => {
    const viewer = new WebSocket(`${cabinet.panel?.replace('http', 'ws')}/live`);
    const seen: unknown[] = [];
    const cutSeen = new Promise<void>((resolve) => {
      viewer.on('message', (message) => {
        const view = JSON.parse(String(message));
        if (seen.push(view.network.cut) === 1) cabinet.setNetworkCut(true);
        if (view.network.cut) resolve();
      });
    });
    await cutSeen;
    viewer.terminate();
    expect(seen).toEqual([false, true]);
  });
});
