import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { ProblemError } from './problem.ts';

const BODY_BYTES_MAX = 16 * 1024;

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

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) {
      throw new ProblemError({ status: 413, title: `the body is larger than ${BODY_BYTES_MAX} bytes` });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProblemError({ status: 400, title: 'the body is not JSON' });
  }
}
