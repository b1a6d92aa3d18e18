import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { freeSlotsOf, noFreeSlots } from '../../availability/index.ts';
import { findLocker, findLockers, type Place } from '../../search/index.ts';
import { lockerAnswer, refusals, timeOf } from '../answers.ts';
import type { HttpParts } from '../http-parts.ts';
import { sendProblem } from '../problems.ts';
import { Availability, Locker, LockerParams, LockerSearchAnswer, LockerSearchQuery } from '../schemas.ts';

const foundDefault = 10;

/** Where lockers stand, and how much room they have: public. */
export function lockerRoutes({ db, clock }: HttpParts): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/v1/lockers/search', {
      schema: {
        tags: ['lockers'],
        summary: 'The nearest lockers with room for a parcel',
        description: 'Give `lat` and `long`, or `pincode` (with `country` where several have it).',
        querystring: LockerSearchQuery,
        response: { 200: LockerSearchAnswer, ...refusals },
      },
      async handler({ query }, reply) {
        const place = placeOf(query);
        if (!place) return sendProblem(reply, 'invalid request', { detail: placeHint });
        const { size, limit = foundDefault } = query;
        const answer = await findLockers(db, { place, size, limit });
        if (!answer.ok) return sendProblem(reply, answer.reason);
        return { lockers: answer.lockers.map(lockerAnswer) };
      },
    });

    app.get('/v1/lockers/:id', {
      schema: {
        tags: ['lockers'],
        summary: 'One locker',
        params: LockerParams,
        response: { 200: Locker, ...refusals },
      },
      async handler({ params }, reply) {
        const locker = await findLocker(db, params.id);
        return locker ? lockerAnswer(locker) : sendProblem(reply, 'unknown locker');
      },
    });

    app.get('/v1/lockers/:id/availability', {
      schema: {
        tags: ['lockers'],
        summary: 'Free slots per size',
        params: LockerParams,
        response: { 200: Availability, ...refusals },
      },
      async handler({ params }, reply) {
        const lockerId = params.id;
        if (!(await findLocker(db, lockerId))) return sendProblem(reply, 'unknown locker');
        const free = (await freeSlotsOf(db, [lockerId])).get(lockerId) ?? noFreeSlots();
        return reply
          .header('Cache-Control', 'no-store')
          .send({ lockerId, ...free, at: timeOf(clock.nowMs()) });
      },
    });
  };
}

export const placeHint = 'Give either lat and long, or a pincode.';

/** Exactly one place, or undefined. */
export function placeOf(asked: {
  lat?: number | undefined;
  long?: number | undefined;
  pincode?: string | undefined;
  country?: string | undefined;
}): Place | undefined {
  const { lat, long, pincode, country } = asked;
  if (pincode !== undefined)
    return lat === undefined && long === undefined ? { pincode, country } : undefined;
  return lat !== undefined && long !== undefined && country === undefined ? { lat, long } : undefined;
}
