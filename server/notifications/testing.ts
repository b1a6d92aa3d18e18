import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface ReceivedMail {
  to: string;
  subject: string;
  text: string;
  html: string;
  messageId: string;
}

/** A real mail server on loopback that keeps what it takes. */
export interface TestMailbox {
  url: string;
  port: number;
  mails: ReceivedMail[];
  /** The first mail, past or to come, for which this holds. */
  find(isIt: (mail: ReceivedMail) => boolean): Promise<ReceivedMail>;
  stop(): Promise<void>;
}

export async function startTestMailbox(options: SMTPServerOptions = {}, port = 0): Promise<TestMailbox> {
  const mails: ReceivedMail[] = [];
  const events = new EventEmitter();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      simpleParser(stream).then((mail) => {
        mails.push(read(mail, session.envelope.rcptTo.map(({ address }) => address).join()));
        events.emit('mail');
        done();
      }, done);
    },
    ...options,
  });
  // A client that is stopped in the middle of a mail resets the line.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: chosen } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${chosen}`,
    port: chosen,
    mails,
    async find(isIt) {
      for (;;) {
        const mail = mails.find(isIt);
        if (mail) return mail;
        await once(events, 'mail');
      }
    },
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

function read(mail: ParsedMail, to: string): ReceivedMail {
  return {
    to,
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html || '',
    messageId: mail.messageId ?? '',
  };
}
