import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { MailStore } from './mail-store.ts';

const clientsMax = 32;
const mailBytesMax = 1024 * 1024;
const recipientsMax = 50;
/** Senders keep connections for later mails; at the end they are not waited for. */
const closeWithinMs = 200;

export interface SmtpDoor {
  port: number;
  stop(): Promise<void>;
}

/** Takes any mail for anybody, on loopback only. Says 250 once the store has it. Rejects when the port cannot be had. */
export async function openSmtpDoor(options: {
  store: MailStore;
  port: number;
  say: (line: string) => void;
}): Promise<SmtpDoor> {
  const { store, say } = options;
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    maxClients: clientsMax,
    size: mailBytesMax,
    closeTimeout: closeWithinMs,
    onRcptTo(_address, session, callback) {
      const isFull = session.envelope.rcptTo.length >= recipientsMax;
      callback(isFull ? refusal(452, 'too many recipients') : undefined);
    },
    onData(stream, session, callback) {
      take(store, stream, session).then(
        (problem) => callback(problem),
        (error: unknown) => {
          say(`mailbox: a mail could not be kept: ${String(error)}`);
          callback(refusal(451, 'the mail could not be kept'));
        },
      );
    },
  });
  // A client that breaks off in the middle is no trouble of ours; while listening starts, errors are looked at below.
  server.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** The refusal, or null when the mail is kept. */
async function take(
  store: MailStore,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
): Promise<Error | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // What is too large is read to its end, or the client would never hear the answer, but not kept.
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes <= mailBytesMax) chunks.push(chunk);
  }
  if (bytes > mailBytesMax) return refusal(552, `a mail may have ${mailBytesMax} bytes`);
  const { mailFrom, rcptTo } = session.envelope;
  const { subject, text, html } = await simpleParser(Buffer.concat(chunks), { skipTextToHtml: true });
  store.add({
    at: new Date().toISOString(),
    from: mailFrom ? mailFrom.address : '',
    to: rcptTo.map(({ address }) => address).join(', '),
    subject: subject ?? '',
    text: text ?? '',
    html: typeof html === 'string' ? html : null,
  });
  return null;
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
