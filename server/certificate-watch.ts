import type { Kysely } from 'kysely';
import { goodCertificates } from './access/index.ts';
import type { EmbeddedBroker } from './broker/index.ts';
import type { Tables } from './database/index.ts';
import type { Machine } from './foundation.ts';

/** So long a connection outlives the certificate that opened it. */
const intervalMs = 5_000;

/**
 * Ends the connections whose certificate was revoked or has expired, whoever revoked it. While the database is away
 * they are kept: nobody can say, and doors open without it, too.
 */
export function watchCertificates(
  { review }: Pick<EmbeddedBroker, 'review'>,
  { db, clock, logger }: { db: Kysely<Tables> } & Pick<Machine, 'clock' | 'logger'>,
): { stop(): Promise<void> } {
  let stopped = false;
  let cancel = () => {};
  let working = Promise.resolve();
  const look = async () => {
    await review((serials) => goodCertificates(db, serials, clock.nowMs())).catch((error: unknown) =>
      logger.warn({ err: error }, 'The certificates of open connections could not be checked'),
    );
    wait();
  };
  const wait = () => {
    if (stopped) return;
    cancel = clock.after(intervalMs, () => {
      working = look();
    });
  };
  wait();
  return {
    async stop() {
      stopped = true;
      cancel();
      await working;
    },
  };
}
