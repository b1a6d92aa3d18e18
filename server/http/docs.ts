import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';

/** The page sets styles on its elements; all else is as strict as on ours. */
const docsPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** `/openapi.json`, made from the schemas that validate, and `/docs` to read and try it. Before the routes. */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Latchwork',
        version,
        description:
          'Find, book and watch parcel lockers. Refusals are problems of RFC 9457. There are no accounts yet: ' +
          'the server listens to its own machine alone, and whoever is on it may do everything.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: [
        { name: 'lockers', description: 'Where they stand and how much room they have.' },
        { name: 'bookings', description: 'Holding a slot for a parcel.' },
        { name: 'ops', description: 'How the network stands.' },
        { name: 'service', description: 'This server.' },
      ],
      components: {
        securitySchemes: {
          bookingToken: { type: 'http', scheme: 'bearer', description: 'Given once, with the booking.' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: docsPolicy,
    theme: { title: 'Latchwork: the HTTP API' },
  });
  app.get('/openapi.json', { schema: { hide: true } as object }, () => app.swagger());
}
