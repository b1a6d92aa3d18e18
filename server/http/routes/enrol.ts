import { EnrolAnswer, EnrolRequest } from '@latchwork/shared';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { enrol } from '../../access/index.ts';
import { refusals } from '../answers.ts';
import type { HttpParts } from '../http-parts.ts';
import { sendProblem } from '../problems.ts';
import { tryBudget } from '../try-budget.ts';

/** A claim cannot be guessed; this keeps a flood from the database. */
const triesPerMinute = 60;

/** How a locker's computer gets its identity. */
export function enrolRoutes({
  db,
  ring,
  authority,
  renewal,
  clock,
  random,
  broker,
  version,
  logger,
}: HttpParts): FastifyPluginAsyncZod {
  const budget = tryBudget(clock, { most: triesPerMinute, windowMs: 60_000 });
  return async (app) => {
    app.post('/v1/enrol', {
      schema: {
        tags: ['lockers'],
        summary: 'Spend a claim, and get what a locker needs',
        body: EnrolRequest,
        response: { 200: EnrolAnswer, ...refusals },
      },
      async handler({ body }, reply) {
        const waitMs = budget.take();
        if (waitMs > 0)
          return sendProblem(reply.header('Retry-After', Math.ceil(waitMs / 1000)), 'too many requests');
        const { claim, request } = body;
        const certify = request === undefined ? {} : { certify: { authority, request } };
        const answer = await enrol(db, ring, { claim, ...certify, nowMs: clock.nowMs(), random });
        if (!answer.ok) return sendProblem(reply, answer.reason);
        logger.info({ locker: answer.lockerId }, 'a locker was enrolled');
        return reply.header('Cache-Control', 'no-store').send({
          lockerId: answer.lockerId,
          lockerKey: Buffer.from(answer.lockerKey).toString('base64url'),
          broker,
          ...(answer.certificate && {
            certificate: answer.certificate,
            authority: authority.certificate,
            ...(renewal !== undefined && { renewal }),
          }),
          serverVersion: version,
        });
      },
    });
  };
}
