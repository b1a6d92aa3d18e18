import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { ProblemError } from './problem.ts';

const BODY_BYTES_MAX = 16 * 1024;
const DISCARDED_BYTES_MAX = 4 * 1024 * 1024;

/** Reads a JSON body as the schema has it; no body at all reads as `{}`. Throws {@link ProblemError}: 400, 413, 415. */
export async function readBody<T>(request: IncomingMessage, schema: z.ZodType<T>): Promise<T> {
  const text = await readText(request);
  if (text !== '' && !/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new ProblemError({ status: 415, title: 'the body must be application/json' });
  }
  const parsed = schema.safeParse(parseJson(text === '' ? '{}' : text));
  if (parsed.success) return parsed.data;
  throw new ProblemError({
    status: 400,
    title: 'the body is not as it should be',
    detail: z.prettifyError(parsed.error),
  });
}

/** What is too much is read to its end all the same, so that the sender can hear the answer; but not for ever. */
async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
    if (bytes > DISCARDED_BYTES_MAX) break;
  }
  if (bytes <= BODY_BYTES_MAX) return Buffer.concat(chunks).toString('utf8');
  throw new ProblemError({ status: 413, title: `the body is larger than ${BODY_BYTES_MAX} bytes` });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProblemError({ status: 400, title: 'the body is not JSON' });
  }
}
