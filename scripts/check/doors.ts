import { setTimeout as pause } from 'node:timers/promises';
import WebSocket from 'ws';
import { z } from 'zod';

/** The public doors of a running stack, as a customer, a courier and a passer-by have them. Nothing else is used by the walk. */
export interface PublicDoors {
  http(
    method: string,
    path: string,
    options?: { body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>;
  panel(path: string, body: unknown): Promise<Answer>;
  mails(): Promise<Mail[]>;
  kiosk: KioskSocket;
  close(): void;
}
export interface Answer {
  status: number;
  body: unknown;
}

const Mail = z.looseObject({ to: z.string(), subject: z.string(), text: z.string() });
export type Mail = z.infer<typeof Mail>;

const KioskView = z.looseObject({
  notice: z.looseObject({ kind: z.string(), reason: z.string().optional() }).nullable(),
  screen: z.looseObject({ name: z.string(), slot: z.number().optional(), purpose: z.string().optional() }),
});
export type KioskView = z.infer<typeof KioskView>;

const requestMs = 10_000;

export function openDoors(urls: {
  home: string;
  kiosk: string;
  panel: string;
  mailbox: string;
}): PublicDoors {
  const kiosk = new KioskSocket(urls.kiosk);
  return {
    kiosk,
    http: (method, path, options) => request(`${urls.home}${path}`, method, options?.body, options?.headers),
    panel: (path, body) => request(`${urls.panel}/api${path}`, body === undefined ? 'GET' : 'POST', body),
    async mails() {
      const { body } = await request(`${urls.mailbox}/api/mails`, 'GET');
      return z
        .union([z.array(Mail), z.looseObject({ mails: z.array(Mail) }).transform((answer) => answer.mails)])
        .parse(body);
    },
    close: () => kiosk.close(),
  };
}

async function request(
  url: string,
  method: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(requestMs),
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

/** The kiosk's socket, as its page uses it; comes back by itself when the agent was away. */
export class KioskSocket {
  view: KioskView | undefined;
  readonly #url: string;
  #socket: WebSocket | undefined;
  #closed = false;

  constructor(url: string) {
    this.#url = url;
    this.#connect();
  }

  /** False when there is no line to the agent now. */
  touch(action: object): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(action));
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#socket?.terminate();
  }

  #connect(): void {
    const socket = new WebSocket(`${this.#url.replace('http', 'ws')}/live`, { origin: this.#url });
    this.#socket = socket;
    socket.on('message', (data) => {
      const view = KioskView.safeParse(JSON.parse(String(data)));
      if (view.success) this.view = view.data;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.view = undefined;
      if (!this.#closed) setTimeout(() => this.#connect(), 100).unref();
    });
  }
}

const lookEachMs = 50;

/** Looks until `look` gives something; rejects with what was awaited. A door that is shut for a moment is tried again. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  withinMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  let trouble = '';
  while (performance.now() < deadline) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      trouble = ` (${error instanceof Error ? error.message : String(error)})`;
    }
    await pause(lookEachMs);
  }
  throw new Error(`waited ${withinMs / 1000} s for ${what}${trouble}`);
}
