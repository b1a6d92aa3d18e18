import type { Problem } from '../../http/index.ts';

export type Answer<Value> =
  | { ok: true; value: Value }
  /** `reason` is for programs, `words` are for people. */
  | { ok: false; reason: string; words: string };

const withinMs = 20_000;

/** Asks the API of the server that this page came from. Never rejects. */
export async function ask<Value>(
  path: string,
  options: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer<Value>> {
  const { method = 'GET', body, headers } = options;
  try {
    const response = await fetch(path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(withinMs),
    });
    const answer = await response.json();
    return response.ok ? { ok: true, value: answer } : refusal(answer);
  } catch {
    return {
      ok: false,
      reason: 'unreachable',
      words: 'The server does not answer. Is it running, and are you on line?',
    };
  }
}

/** RFC 9457: the type for programs, the rest in words. */
function refusal({ type = '', title = 'Something went wrong.', detail, errors = [] }: Partial<Problem>) {
  const fields = errors.map(({ field, message }) => (field ? `${field}: ${message}` : message));
  return {
    ok: false as const,
    reason: type.replace(/^urn:latchwork:problem:/, ''),
    words: [title, detail, ...fields].filter(Boolean).join(' '),
  };
}
