import { EnrolAnswer, type EnrolRequest } from '@latchwork/shared';
import type { Clock } from './ports/clock.ts';
import { SetupError } from './setup-error.ts';

const answerTimeoutMs = 30_000;
const answerBytesMax = 64 * 1024;

/** Brings a claim to a server. Throws {@link SetupError} `server` or `refused`, which never repeats the claim. */
export async function askServer(url: URL, request: EnrolRequest, clock: Clock): Promise<EnrolAnswer> {
  const giveUp = new AbortController();
  const cancel = clock.after(answerTimeoutMs, () => giveUp.abort(new Error('no answer in time')));
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(request),
      redirect: 'error',
      signal: giveUp.signal,
    });
    status = response.status;
    text = await readAtMost(response, answerBytesMax);
  } catch (cause) {
    throw new SetupError('server', `the server at ${url.origin} was not reached: ${reasonOf(cause)}`, cause);
  } finally {
    cancel();
  }
  const json = parseJson(text);
  if (status !== 200 && status !== 201)
    throw new SetupError('refused', `the server refused the claim: ${problemOf(json) ?? `status ${status}`}`);
  const answer = EnrolAnswer.safeParse(json);
  if (!answer.success)
    throw new SetupError('server', `what answers at ${url.origin} is not a server of this network`);
  return answer.data;
}

async function readAtMost(response: Response, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new Error('its answer has no end');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Fetch hides why in the cause. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? cause.cause.message || reasonOf(cause.cause) : cause.message;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The words of a problem (RFC 9457). */
function problemOf(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { title, detail } = json as { title?: unknown; detail?: unknown };
  const words = [title, detail].filter((word) => typeof word === 'string').join(': ');
  return words === '' ? undefined : words.slice(0, 300);
}
