import type { Parcel } from './network.ts';
import type { Breach } from './promises.ts';

/** Sees what both ends send, and that the agent speaks only in sessions that the server has opened. */
export class Sessions {
  readonly #breach: Breach;
  readonly #opened = new Set<string>();
  #hello: Header | undefined;

  constructor(breach: Breach) {
    this.#breach = breach;
  }

  /** The header of the agent's last hello. */
  get lastHello(): Header | undefined {
    return this.#hello;
  }

  sent({ payload }: Parcel): void {
    const header = headerOf(payload);
    const { type, agentNonce, serverNonce } = header;
    if (type === 'hello') this.#hello = header;
    else if (type === 'want') this.#opened.add(`${agentNonce} ${serverNonce}`);
    else if ((type === 'events' || type === 'beat') && !this.#opened.has(`${agentNonce} ${serverNonce}`))
      this.#breach('I11', `the agent sends ${type} in a session that the server never opened`);
  }
}

export type Header = Record<string, unknown>;

/** What was just sealed need not be verified. */
function headerOf(payload: Uint8Array): Header {
  const text = Buffer.from(payload).toString();
  return JSON.parse(text.slice(0, text.indexOf('\n'))) as Header;
}
