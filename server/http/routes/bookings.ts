import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type BookingOrder, cancelBooking, makeBooking, ownedBooking } from '../../booking/index.ts';
import { bookingAnswer, refusals } from '../answers.ts';
import type { HttpParts } from '../http-parts.ts';
import { sendProblem } from '../problems.ts';
import { Booking, BookingMade, BookingParams, BookingRequest } from '../schemas.ts';
import { placeHint, placeOf } from './lockers.ts';

/** Draft RFC draft-ietf-httpapi-idempotency-key-header; a longer key or stranger signs help nobody. */
const IdempotencyKey = z.string().regex(/^[\x21-\x7e]{1,64}$/, 'a key is 1 to 64 printable signs');

const security = [{ bookingToken: [] }];

/** Holding a slot for a parcel. */
export function bookingRoutes(parts: HttpParts): FastifyPluginAsyncZod {
  return async (app) => {
    app.post('/v1/bookings', {
      schema: {
        tags: ['bookings'],
        summary: 'Book a slot for a parcel',
        description:
          'At a locker by `lockerId`, or at the nearest one to `lat` and `long` or to a `pincode`. The recipient ' +
          'is told by mail. With an `Idempotency-Key`, a repetition gets the first answer.',
        headers: z.object({ 'idempotency-key': IdempotencyKey.optional() }),
        body: BookingRequest,
        response: { 201: BookingMade, ...refusals },
      },
      async handler({ body, headers }, reply) {
        const where = whereOf(body);
        if (!where)
          return sendProblem(reply, 'invalid request', { detail: `Give a lockerId. Or else: ${placeHint}` });
        const { size, email, trackingId, expiresInHours } = body;
        const idempotencyKey = headers['idempotency-key'];
        const order = { where, size, email, trackingId, expiresInHours, idempotencyKey };
        const answer = await makeBooking(parts, order);
        if (!answer.ok) return sendProblem(reply, answer.reason);
        const { booking, token } = answer;
        return reply
          .code(201)
          .headers({ Location: `/v1/bookings/${booking.bookingId}`, 'Cache-Control': 'no-store' })
          .send({ ...bookingAnswer(booking), token });
      },
    });

    app.get('/v1/bookings/:id', {
      schema: {
        tags: ['bookings'],
        summary: 'A booking, for whoever has its token',
        security,
        params: BookingParams,
        response: { 200: Booking, ...refusals },
      },
      async handler({ params, headers }, reply) {
        const token = bearerOf(headers.authorization);
        if (token === undefined) return sendProblem(reply, 'token missing');
        const answer = await ownedBooking(parts, params.id, token);
        if (!answer.ok) return sendProblem(reply, answer.reason);
        return reply.header('Cache-Control', 'no-store').send(bookingAnswer(answer.booking));
      },
    });

    app.delete('/v1/bookings/:id', {
      schema: {
        tags: ['bookings'],
        summary: 'Cancel a booking whose parcel is not there yet',
        security,
        params: BookingParams,
        response: { 200: Booking, ...refusals },
      },
      async handler({ params, headers }, reply) {
        const token = bearerOf(headers.authorization);
        if (token === undefined) return sendProblem(reply, 'token missing');
        const answer = await cancelBooking(parts, params.id, token);
        return answer.ok ? bookingAnswer(answer.booking) : sendProblem(reply, answer.reason);
      },
    });
  };
}

function whereOf(body: z.output<typeof BookingRequest>): BookingOrder['where'] | undefined {
  const { lockerId, lat, long, pincode, country } = body;
  if (lockerId === undefined) return placeOf(body);
  const isOnlyPlace = [lat, long, pincode, country].every((other) => other === undefined);
  return isOnlyPlace ? { lockerId } : undefined;
}

/** RFC 6750 section 2.1. */
function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer +([\w.~+/-]{1,200}=*)$/i.exec(header ?? '')?.[1];
}
