import type { FastifyReply } from 'fastify';
import type { Problem } from './schemas.ts';

/** Every refusal of the HTTP API: its status (RFC 9110 section 15) and what it says to a person. */
export const problems = {
  'invalid request': [400, 'The request cannot be understood.'],
  'certificate request bad': [400, 'The certificate request is none of a P-256 key, signed by it.'],
  'pincode in several countries': [400, 'Several countries have this pincode: name the country.'],
  'token missing': [401, 'This needs the token that was given with the booking.'],
  'origin not allowed': [403, 'Another site may not ask for this.'],
  'not found': [404, 'There is nothing here.'],
  'unknown locker': [404, 'There is no such locker.'],
  'unknown booking': [404, 'There is no such booking.'],
  'unknown pincode': [404, 'No locker stands where this pincode is.'],
  'claim unknown': [404, 'This claim is not known here. Check it for typing mistakes.'],
  'no free slot': [409, 'No slot that takes this parcel is free there.'],
  'locker not in service': [409, 'This locker is not in service.'],
  'tracking id taken': [409, 'A parcel with this tracking id is already awaited, or lies in a locker.'],
  'already delivered': [409, 'The parcel is already in the locker.'],
  'booking is over': [409, 'This booking is over.'],
  'claim used': [409, 'This claim was used before. Ask for a new one.'],
  'claim expired': [410, 'This claim has expired. Ask for a new one.'],
  'body too large': [413, 'The request is too large.'],
  'unsupported media type': [415, 'The request must be JSON: application/json.'],
  'host not allowed': [421, 'This server answers only to the names of this machine.'],
  'idempotency key reused': [422, 'This Idempotency-Key was used for another request.'],
  'too many requests': [429, 'Too many requests: wait a moment.'],
  'internal error': [500, 'Something went wrong here. It was logged under the id below.'],
  'database away': [503, 'The database is out of reach for the moment.'],
  busy: [503, 'Too much is going on: try again in a moment.'],
  'pages not built': [503, 'The web pages are not built.'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemReason = keyof typeof problems;

export const problemMediaType = 'application/problem+json';

/** Answers with a problem of RFC 9457. */
export function sendProblem(
  reply: FastifyReply,
  reason: ProblemReason,
  more: Pick<Problem, 'detail' | 'errors'> = {},
): FastifyReply {
  const [status, title] = problems[reason];
  const problem: Problem = {
    type: `urn:latchwork:problem:${reason.replaceAll(' ', '-')}`,
    title,
    status,
    instance: reply.request.id,
    ...more,
  };
  if (status === 401) reply.header('WWW-Authenticate', 'Bearer');
  if (status === 503) reply.header('Retry-After', '2');
  // Not through the route's serialisers: a problem has one form, wherever it arises.
  return reply.code(status).serializer(JSON.stringify).type(problemMediaType).send(problem);
}
