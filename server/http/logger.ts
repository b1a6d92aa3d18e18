import type { FastifyBaseLogger } from 'fastify';

/** Fastify takes any pino logger. */
export type Logger = FastifyBaseLogger;
