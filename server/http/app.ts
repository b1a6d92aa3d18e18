import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { describeApi } from './docs.ts';
import { handleError } from './error-handler.ts';
import { guard } from './guard.ts';
import type { HttpParts } from './http-parts.ts';
import { servePages } from './pages.ts';
import { sendProblem } from './problems.ts';
import { bookingRoutes } from './routes/bookings.ts';
import { enrolRoutes } from './routes/enrol.ts';
import { liveRoute } from './routes/live.ts';
import { lockerRoutes } from './routes/lockers.ts';
import { opsRoutes } from './routes/ops.ts';
import { serviceRoutes } from './routes/service.ts';

const httpLimits = {
  bodyBytesMax: 16 * 1024,
  /** A whole request, from its first byte: nothing of ours takes long to send. */
  requestMs: 15_000,
  /** An idle line, for a client that comes again. */
  keepAliveMs: 30_000,
  connectionsMax: 1_000,
} as const;

/** The HTTP API and the web pages; not yet listening. */
export async function httpApp(parts: HttpParts): Promise<FastifyInstance> {
  const { logger, random, clock, version } = parts;
  const app = Fastify({
    loggerInstance: logger,
    // Each refusal is in its answer, and each failure is logged where it is turned into one.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => random.uuidv7(clock.nowMs()),
    requestIdHeader: false,
    bodyLimit: httpLimits.bodyBytesMax,
    requestTimeout: httpLimits.requestMs,
    keepAliveTimeout: httpLimits.keepAliveMs,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 100 },
  });
  app.server.maxConnections = httpLimits.connectionsMax;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(handleError);
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, 'not found'));
  // A form of another site can send plain text without asking first; JSON it cannot.
  app.removeContentTypeParser('text/plain');
  guard(app);
  await describeApi(app, version);
  await app.register(lockerRoutes(parts));
  await app.register(bookingRoutes(parts));
  await app.register(enrolRoutes(parts));
  await app.register(serviceRoutes(parts));
  await app.register(opsRoutes(parts));
  await app.register(liveRoute(parts));
  await servePages(app, parts.pagesFolder);
  return app;
}
