import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { refusals } from '../answers.ts';
import type { HttpParts } from '../http-parts.ts';
import { readDoors } from '../ops/read-doors.ts';
import { readEvents } from '../ops/read-events.ts';
import { readLockers } from '../ops/read-lockers.ts';
import { readNotifications } from '../ops/read-notifications.ts';
import { readCursor, readSlots } from '../ops/read-slots.ts';
import { OpsDoors } from '../ops-door-schemas.ts';
import {
  OpsEvents,
  OpsEventsQuery,
  OpsLockerDetail,
  OpsLockers,
  OpsNotifications,
  OpsNotificationsQuery,
} from '../ops-schemas.ts';
import { sendProblem } from '../problems.ts';
import { LockerParams } from '../schemas.ts';

const rowsDefault = 50;
const notACursor = { errors: [{ field: 'before', message: 'not the `next` of a page' }] };

/** How the network stands, for operators. */
export function opsRoutes({ db, clock }: HttpParts): FastifyPluginAsyncZod {
  return async (app) => {
    app.addHook('onSend', async (_request, reply) => {
      reply.header('Cache-Control', 'no-store');
    });

    app.get('/v1/ops/lockers', {
      schema: { tags: ['ops'], summary: 'Every locker', response: { 200: OpsLockers, ...refusals } },
      handler: async () => ({ lockers: await readLockers(db) }),
    });

    app.get('/v1/ops/lockers/:id', {
      schema: {
        tags: ['ops'],
        summary: 'One locker with its slots',
        params: LockerParams,
        response: { 200: OpsLockerDetail, ...refusals },
      },
      async handler({ params }, reply) {
        const [locker] = await readLockers(db, [params.id]);
        if (!locker) return sendProblem(reply, 'unknown locker');
        const [cursor, slotList] = await Promise.all([readCursor(db, params.id), readSlots(db, params.id)]);
        return { ...locker, cursor, slotList };
      },
    });

    app.get('/v1/ops/lockers/:id/doors', {
      schema: {
        tags: ['ops'],
        summary: 'How the doors of one locker do, the worst first',
        params: LockerParams,
        response: { 200: OpsDoors, ...refusals },
      },
      async handler({ params }, reply) {
        const answer = await readDoors(db, { lockerId: params.id, nowMs: clock.nowMs() });
        // A locker has slots from its first day.
        return answer.doors.length === 0 ? sendProblem(reply, 'unknown locker') : answer;
      },
    });

    app.get('/v1/ops/events', {
      schema: {
        tags: ['ops'],
        summary: 'The event log, newest first',
        querystring: OpsEventsQuery,
        response: { 200: OpsEvents, ...refusals },
      },
      async handler({ query }, reply) {
        const page = await readEvents(db, { ...query, limit: query.limit ?? rowsDefault });
        return page ?? sendProblem(reply, 'invalid request', notACursor);
      },
    });

    app.get('/v1/ops/notifications', {
      schema: {
        tags: ['ops'],
        summary: 'What people were told, newest first: never to whom, nor with which code',
        querystring: OpsNotificationsQuery,
        response: { 200: OpsNotifications, ...refusals },
      },
      async handler({ query }, reply) {
        const limit = query.limit ?? rowsDefault;
        const page = await readNotifications(db, { ...query, limit, nowMs: clock.nowMs() });
        return page ?? sendProblem(reply, 'invalid request', notACursor);
      },
    });
  };
}
