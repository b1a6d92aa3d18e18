import { createTransport } from 'nodemailer';
import type { Message } from './templates.ts';

/** Hands mail to one server. Never logs, and never names an address in an error. */
export interface Mailer {
  /** Resolves once the server took the mail or refused it, or when told to give up; never rejects. */
  send(mail: Message & { to: string; messageId: string }, giveUp: AbortSignal): Promise<MailOutcome>;
  /** Ends the connections; what is under way comes back as not sent. */
  close(): void;
}

export type MailOutcome =
  | { ok: true }
  /** `final` when this recipient will be refused again. */
  | { ok: false; final: boolean; error: string };

const mailerLimits = {
  connectionsMax: 4,
  /** Mails over one connection, before a new one is made. */
  mailsPerConnection: 100,
  connectMs: 5_000,
  silenceMs: 8_000,
} as const;

/**
 * @param url `smtp://user:password@host:port`, or `smtps://`; STARTTLS is used where it is offered
 * @param from `Latchwork <noreply@example.org>`
 */
export function smtpMailer(url: string, from: string): Mailer {
  const transport = createTransport(
    {
      url,
      pool: true,
      maxConnections: mailerLimits.connectionsMax,
      maxMessages: mailerLimits.mailsPerConnection,
      // What is to be sent again is ours to say.
      maxRequeues: 0,
      connectionTimeout: mailerLimits.connectMs,
      greetingTimeout: mailerLimits.connectMs,
      socketTimeout: mailerLimits.silenceMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from },
  );
  return {
    async send({ to, messageId, subject, text, html }, giveUp) {
      try {
        await transport.sendMail({
          // An object, so that no address can be read as several.
          to: { name: '', address: to },
          messageId,
          subject,
          text,
          html,
          headers: { 'Auto-Submitted': 'auto-generated' },
          signal: giveUp,
        });
        return { ok: true };
      } catch (error) {
        if (giveUp.aborted) return { ok: false, final: false, error: 'the mail server took too long' };
        return { ok: false, ...readError(error) };
      }
    },
    close: () => transport.close({ force: true }),
  };
}

/**
 * A reply of 5xx to the mail itself is final (RFC 5321 section 4.2.1); one to the connection or the
 * password is our own trouble and may pass. The server's words are left out: they quote the address.
 */
function readError(error: unknown): { final: boolean; error: string } {
  const { code, responseCode, response } = (error ?? {}) as {
    code?: unknown;
    responseCode?: unknown;
    response?: unknown;
  };
  const ofTheMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  if (typeof responseCode === 'number') {
    const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(String(response))?.[1];
    const reply = enhanced === undefined ? `${responseCode}` : `${responseCode} ${enhanced}`;
    return { final: ofTheMail && responseCode >= 500, error: `the mail server answered ${reply}` };
  }
  if (ofTheMail) return { final: true, error: 'the address cannot be used in a mail' };
  return { final: false, error: `the mail server was not reached (${String(code ?? 'unknown')})` };
}
