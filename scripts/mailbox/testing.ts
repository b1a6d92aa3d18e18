import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** A whole mail, header and body. */
export function mail({
  subject,
  body = 'Hello',
  type = 'text/plain',
}: {
  subject: string;
  body?: string;
  type?: string;
}) {
  return `Subject: ${subject}\r\nContent-Type: ${type}; charset=utf-8\r\n\r\n${body}\r\n`;
}

/** One dialogue of RFC 5321. Rejects with the first reply that is a refusal. */
export async function sendMail(smtp: string, content: string, ...to: string[]): Promise<void> {
  const socket = connect(Number(new URL(smtp).port), '127.0.0.1');
  try {
    const replies = createInterface({ input: socket })[Symbol.asyncIterator]();
    const says = async (line: string | null) => {
      if (line !== null) socket.write(`${line}\r\n`);
      for (;;) {
        const { value = '500 the line is closed' } = await replies.next();
        if (/^[45]/.test(value)) throw new Error(value);
        if (/^\d{3} /.test(value)) return;
      }
    };
    await says(null);
    await says('EHLO localhost');
    await says('MAIL FROM:<from@example.org>');
    for (const address of to) await says(`RCPT TO:<${address}>`);
    await says('DATA');
    await says(`${content}.`);
  } finally {
    socket.destroy();
  }
}
