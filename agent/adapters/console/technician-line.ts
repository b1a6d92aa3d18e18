import type { Socket } from 'node:net';
import type { TechnicianAnswer } from '../../core/effect.ts';
import { ConsoleAsk, type ConsoleMessage } from '../../ports/console.ts';
import { lineReader, parseLine } from './lines.ts';

const askCharactersMax = 1_024;
/** Asks of one technician that wait for their answer. */
const asksWaitingMax = 8;
/** Whoever does not read is dropped beyond this; they can come back and see the latest. */
const unreadBytesMax = 1024 * 1024;

export interface TechnicianLine {
  /** A view as JSON. */
  show(view: string): void;
  tell(facts: readonly string[]): void;
  answer(id: number, answer: TechnicianAnswer): void;
  end(error: string): void;
}

/** One technician's connection: newline-delimited JSON both ways. */
export function technicianLine(socket: Socket, onAsk: (ask: ConsoleAsk) => void): TechnicianLine {
  const waiting = new Set<number>();
  let ended = false;
  let unseen: string | undefined;

  const write = (text: string) => {
    if (ended || socket.destroyed) return;
    socket.write(text);
    if (socket.writableLength > unreadBytesMax) socket.destroy();
  };
  const say = (message: ConsoleMessage) => write(`${JSON.stringify(message)}\n`);
  const showNow = (view: string) => write(`{"view":${view}}\n`);
  const end = (error: string) => {
    say({ error });
    ended = true;
    socket.destroySoon();
  };
  const reader = lineReader(askCharactersMax, (line) => {
    if (ended) return;
    const { data: asked } = ConsoleAsk.safeParse(parseLine(line));
    if (!asked) return end('this is nothing that the agent can be asked');
    if (waiting.has(asked.id) || waiting.size >= asksWaitingMax)
      return say({
        id: asked.id,
        answer: { ok: false, reason: 'too many things were asked at once: wait for the answers' },
      });
    waiting.add(asked.id);
    onAsk(asked);
  });

  socket.setEncoding('utf8');
  socket.on('data', (piece: string) => {
    if (!ended && !reader.push(piece)) end(`a line has at most ${askCharactersMax} characters`);
  });
  // A view is whole, so of those that a slow reader missed the latest will do.
  socket.on('drain', () => {
    const view = unseen;
    unseen = undefined;
    if (view) showNow(view);
  });

  return {
    end,
    show(view) {
      if (socket.writableNeedDrain) unseen = view;
      else showNow(view);
    },
    tell: (facts) => write(facts.map((fact) => `{"fact":${fact}}\n`).join('')),
    answer(id, answer) {
      if (waiting.delete(id)) say({ id, answer });
    },
  };
}
