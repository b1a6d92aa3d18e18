import { parseArgs } from 'node:util';
import { openHttpDoor } from '../mailbox/http-door.ts';
import { openMailStore } from '../mailbox/mail-store.ts';
import { openSmtpDoor } from '../mailbox/smtp-door.ts';

/** Mails kept; the oldest go first. */
const mailsMax = 200;

export interface Mailbox {
  /** `smtp://127.0.0.1:PORT` */
  smtp: string;
  /** `http://127.0.0.1:PORT` */
  http: string;
  stop(): Promise<void>;
}

/**
 * A mailbox for everybody: takes any mail on loopback and shows it on a page, so that a demonstration needs no mail
 * server. Ports of 0 are any free ones. Rejects with what is wrong with a port or the folder.
 */
export async function startMailbox(options: {
  smtpPort: number;
  httpPort: number;
  dir: string;
  say?(line: string): void;
}): Promise<Mailbox> {
  const { say = (line: string) => process.stderr.write(`${line}\n`) } = options;
  const store = openMailStore(options.dir, mailsMax, say);
  const smtp = await openSmtpDoor({ store, port: options.smtpPort, say }).catch(
    portTrouble('smtp', options.smtpPort),
  );
  const http = await openHttpDoor({ store, port: options.httpPort })
    .catch(portTrouble('http', options.httpPort))
    .catch(async (error: unknown) => {
      await smtp.stop();
      throw error;
    });
  return {
    smtp: `smtp://127.0.0.1:${smtp.port}`,
    http: `http://127.0.0.1:${http.port}`,
    stop: async () => {
      await smtp.stop();
      await http.stop();
    },
  };
}

function portTrouble(name: string, port: number) {
  return (cause: NodeJS.ErrnoException): never => {
    const why = cause.code === 'EADDRINUSE' ? 'another program listens there' : cause.message;
    throw new Error(`the mailbox cannot use port ${port} (--${name}-port): ${why}`, { cause });
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { dir: { type: 'string' }, 'smtp-port': { type: 'string' }, 'http-port': { type: 'string' } },
  });
  const { dir } = values;
  if (dir === undefined) throw new Error('give --dir DIR, where the mails are kept');
  const port = (name: 'smtp-port' | 'http-port') => {
    const number = Number(values[name] ?? 0);
    if (!Number.isInteger(number) || number < 0 || number > 65_535)
      throw new Error(`--${name} ${values[name]}: give a port from 0 (any free one) to 65535`);
    return number;
  };
  const mailbox = await startMailbox({ dir, smtpPort: port('smtp-port'), httpPort: port('http-port') });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void mailbox.stop());
  process.stdout.write(`${JSON.stringify({ ready: 'mailbox', smtp: mailbox.smtp, http: mailbox.http })}\n`);
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
