import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { sql } from 'kysely';
import type { HttpParts } from '../http-parts.ts';
import { Health, Links } from '../schemas.ts';

/** How the server itself stands, and where its neighbours are. */
export function serviceRoutes({ db, version, links }: HttpParts): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/v1/health', {
      schema: {
        tags: ['service'],
        summary: 'Whether this server can work',
        response: { 200: Health, 503: Health },
      },
      async handler(_request, reply) {
        const isUp = await sql`select 1`.execute(db).then(
          () => true,
          () => false,
        );
        return reply
          .code(isUp ? 200 : 503)
          .header('Cache-Control', 'no-store')
          .send({ status: isUp ? 'ok' : 'down', version, database: isUp ? 'up' : 'down' });
      },
    });

    app.get('/v1/links', {
      schema: { tags: ['service'], summary: 'Pages of other programs', response: { 200: Links } },
      handler: async () => ({ links: [...links] }),
    });
  };
}
