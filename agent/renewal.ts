import { type RequestOptions, request as requestHttps } from 'node:https';
import { RenewAnswer, type RenewRequest } from '@latchwork/shared';
import type { Logger } from 'pino';
import { pathsIn, writeWhole } from './data-folder.ts';
import { type Identity, readIdentity } from './identity.ts';
import type { Clock } from './ports/clock.ts';

/** So often the server is asked whether the certificate is due: it knows the time, which a locker may not. */
const askEveryMs = 24 * 60 * 60_000;
/** After a start, when people and doors are served; and after nobody answered. */
const firstAfterMs = 60_000;
const againAfterMs = 60 * 60_000;
const answerTimeoutMs = 30_000;
const answerBytesMax = 64 * 1024;

export interface RenewalOptions {
  folder: string;
  lockerId: string;
  /** https */
  url: string;
  clock: Clock;
  /** From 0 to below 1. */
  chance: number;
  logger: Pick<Logger, 'info' | 'warn'>;
}

/**
 * Asks daily for the next certificate of this locker's own key, and keeps it; whoever connects afterwards reads it from
 * the folder. The key stays the same, so that there is one file to replace. Returns how to stop it.
 */
export function keepRenewed({ folder, lockerId, url, clock, chance, logger }: RenewalOptions): () => void {
  let stopped = false;
  let cancel = () => {};
  const ask = async () => {
    const outcome = await renew({ folder, lockerId, url, clock }).catch((error: unknown) =>
      error instanceof Error ? error : new Error(String(error)),
    );
    const failed = outcome instanceof Error;
    if (!stopped) wait(failed ? againAfterMs : askEveryMs);
    if (failed) logger.warn({ reason: outcome.message }, 'the certificate could not be renewed');
    else if (outcome) logger.info('the certificate was renewed');
  };
  // A little apart, or a fleet that lost its power would ask all at once for ever after.
  const wait = (delayMs: number) => {
    cancel = clock.after(delayMs * (1 + chance / 10), () => void ask());
  };
  wait(firstAfterMs);
  return () => {
    stopped = true;
    cancel();
  };
}

/** False where it is not due. Throws where there is no answer that can be used. */
async function renew({
  folder,
  lockerId,
  url,
  clock,
}: Pick<RenewalOptions, 'folder' | 'lockerId' | 'url' | 'clock'>): Promise<boolean> {
  const identity = readIdentity(folder);
  if (!identity) return false;
  const { belongsTogether, requestFor } = await import('./device-key.ts');
  const body = JSON.stringify({ request: await requestFor(identity.key) } satisfies RenewRequest);
  const { status, text } = await post(url, identity, body, clock);
  if (status === 204) return false;
  if (status !== 200) throw new Error(`the server answered with status ${status}`);
  const { certificate } = RenewAnswer.parse(JSON.parse(text));
  if (!belongsTogether({ ...identity, certificate }, lockerId))
    throw new Error('the server gave a certificate that is not for this locker and its key');
  writeWhole(pathsIn(folder).certificate, certificate);
  return true;
}

function post(url: string, { key, certificate, authority }: Identity, body: string, clock: Clock) {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const options: RequestOptions = { method: 'POST', headers, key, cert: certificate, ca: authority };
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const request = requestHttps(url, { ...options, agent: false });
    const cancel = clock.after(answerTimeoutMs, () => request.destroy(new Error('no answer in time')));
    request.on('close', cancel);
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('error', reject);
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > answerBytesMax) request.destroy(new Error('its answer has no end'));
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.end(body);
  });
}
