import type { LockerId } from '@latchwork/shared';
import { pino } from 'pino';
import { startTestParts, type TestParts } from '../access/testing.ts';
import { type BookingView, makeBooking } from '../booking/index.ts';
import { pause } from '../clock.ts';
import { type Mailer, type Notifier, type notifierLimits, smtpMailer, startNotifier } from './index.ts';
import { startTestMailbox, type TestMailbox } from './testing.ts';

/** Everything is quick, so that what is to be tried again is tried while the test looks. */
const quick = { retryMinMs: 20, retryMaxMs: 20, pollMs: 20 };

export interface Booked {
  view: BookingView;
  token: string;
  lockerId: LockerId;
}

/** Bookings, notifiers that tell of them, and real mail servers that take what they send. */
export class NotifierBench {
  readonly parts: TestParts;
  /** All that the notifiers logged, down to debug. */
  logged = '';
  readonly #notifiers: Notifier[] = [];
  readonly #mailboxes: TestMailbox[] = [];

  private constructor(parts: TestParts) {
    this.parts = parts;
  }

  /** @param connection `inject('postgres')` */
  static async start(connection: unknown): Promise<NotifierBench> {
    return new NotifierBench(await startTestParts(connection));
  }

  /** After each test: leaves no notifier, no mail server and no message. */
  async clear(): Promise<void> {
    // A mail server ends when its clients are gone.
    for (const one of [...this.#notifiers.splice(0), ...this.#mailboxes.splice(0)]) await one.stop();
    await this.parts.db.deleteFrom('notification_event').execute();
  }

  stop(): Promise<void> {
    return this.parts.stop();
  }

  notify(mailer: string | Mailer, limits: Partial<typeof notifierLimits> = {}): void {
    const write = (line: string) => {
      this.logged += line;
    };
    const notifier = startNotifier({
      ...this.parts,
      mailer: typeof mailer === 'string' ? smtpMailer(mailer, 'Latchwork <noreply@localhost>') : mailer,
      logger: pino({ level: 'debug' }, { write }),
      limits: { ...quick, ...limits },
    });
    this.#notifiers.push(notifier);
  }

  async mailbox(...args: Parameters<typeof startTestMailbox>): Promise<TestMailbox> {
    const box = await startTestMailbox(...args);
    this.#mailboxes.push(box);
    return box;
  }

  /** At a locker of its own, with one slot. */
  async book(email: string): Promise<Booked> {
    const lockerId = await this.parts.activeLocker({ slots: ['S'] });
    const answer = await makeBooking(this.parts, {
      where: { lockerId },
      size: 'S',
      email,
      expiresInHours: 48,
    });
    if (!answer.ok) throw new Error(answer.reason);
    return { view: answer.booking, token: answer.token, lockerId };
  }

  /** What became of a booking's messages, by kind. */
  async messages(bookingId: string) {
    const rows = await this.parts.db
      .selectFrom('notification_event')
      .selectAll()
      .where('booking_id', '=', bookingId)
      .execute();
    return Object.fromEntries(rows.map((row) => [row.kind, row]));
  }

  /** Resolves with a booking's messages once they are as wanted. */
  async until(bookingId: string, wanted: (rows: Messages) => boolean): Promise<Messages> {
    for (;;) {
      const rows = await this.messages(bookingId);
      if (wanted(rows)) return rows;
      await pause(this.parts.clock, 10);
    }
  }
}

type Messages = Awaited<ReturnType<NotifierBench['messages']>>;
