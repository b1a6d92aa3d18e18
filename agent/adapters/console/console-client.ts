import { createConnection, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import type { TechnicianAnswer } from '../../core/effect.ts';
import type { TechnicianAsk } from '../../core/input.ts';
import { type ConsoleAsk, ConsoleError, type ConsoleMessage, UserName } from '../../ports/console.ts';
import { lineReader, parseLine } from './lines.ts';
import { consolePath } from './socket-path.ts';

/** A view of 999 doors has some 300 KB. */
const messageCharactersMax = 2 * 1024 * 1024;

export type ConsoleFact = Extract<ConsoleMessage, { fact: unknown }>['fact'];

/** The technician's end of the console's socket. */
export interface ConsoleClient {
  /** The view now, and at each change; facts as they are written. After the last one comes what ended it. */
  messages(): AsyncGenerator<ConsoleMessage, void>;
  ask(ask: TechnicianAsk): Promise<TechnicianAnswer>;
  close(): void;
}

/** Throws {@link ConsoleError}, in words that name what to do. */
export async function connectConsole(folder: string): Promise<ConsoleClient> {
  const path = consolePath(folder);
  const socket = await connected(path, folder);
  return clientOver(socket);
}

function clientOver(socket: Socket): ConsoleClient {
  const user = whoAsks();
  const inbox: (ConsoleMessage | ConsoleError)[] = [];
  const answers = new Map<number, (answer: TechnicianAnswer) => void>();
  let wake: () => void = () => undefined;
  let asked = 0;
  const take = (message: ConsoleMessage | ConsoleError) => {
    inbox.push(message);
    wake();
  };
  const reader = lineReader(messageCharactersMax, (line) => {
    const message = parseLine(line);
    if (!isMessage(message)) return void socket.destroy();
    if (!('answer' in message)) return take(message);
    answers.get(message.id)?.(message.answer);
    answers.delete(message.id);
  });
  socket.setEncoding('utf8');
  socket.on('data', (piece: string) => {
    if (!reader.push(piece)) socket.destroy();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    for (const answered of answers.values()) answered({ ok: false, reason: gone });
    take(new ConsoleError('failed', gone));
  });
  return {
    async *messages() {
      for (;;) {
        const message = inbox.shift();
        if (message instanceof ConsoleError) throw message;
        if (message) yield message;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    },
    ask: (ask) =>
      new Promise((resolve) => {
        if (socket.destroyed) return resolve({ ok: false, reason: gone });
        asked += 1;
        answers.set(asked, resolve);
        socket.write(`${JSON.stringify({ id: asked, user, ask } satisfies ConsoleAsk)}\n`);
      }),
    close: () => void socket.destroy(),
  };
}

/** What comes from there is the agent's own, since nobody else can listen in its folder: its outline will do. */
function isMessage(message: unknown): message is ConsoleMessage {
  return (
    typeof message === 'object' &&
    message !== null &&
    ['view', 'fact', 'answer', 'error'].some((name) => name in message)
  );
}

const gone = 'the agent ended the connection: it may have been stopped; see its log';

function connected(path: string, folder: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (cause: NodeJS.ErrnoException) =>
      reject(new ConsoleError('failed', wordsFor(cause, path, folder), cause)),
    );
  });
}

function wordsFor({ code, message }: NodeJS.ErrnoException, path: string, folder: string): string {
  if (code === 'ENOENT' || code === 'ECONNREFUSED')
    return `no agent runs on ${folder}: start it with 'agent run --data ${folder}', or with 'systemctl start' where it is a service; doors are opened by the agent alone`;
  if (code === 'EACCES' || code === 'EPERM')
    return `you may not open ${path}: only root and the agent's own user may; use sudo`;
  return `cannot reach the agent at ${path}: ${message}`;
}

/** The person behind sudo, where there is one: the journal should name them and not root. */
function whoAsks(): string {
  const name = UserName.safeParse(process.env.SUDO_USER);
  if (name.success) return name.data;
  try {
    return UserName.parse(userInfo().username);
  } catch {
    // A user without a name is known by its number.
    return String(process.getuid?.() ?? 0);
  }
}
