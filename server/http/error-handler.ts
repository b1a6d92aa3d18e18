import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { isConnectionError } from '../database/index.ts';
import { LedgerError } from '../ledger/index.ts';
import { type ProblemReason, sendProblem } from './problems.ts';

/** Fields named in one answer; a request may have more wrong with it. */
const fieldsMax = 20;

const reasons: Record<string, ProblemReason> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body too large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported media type',
};

/** Turns whatever a handler threw into a problem. Only what is our own fault is logged as an error. */
export function handleError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.slice(0, fieldsMax).map(({ instancePath, message }) => ({
      field: instancePath.replace(/^\//, '').replaceAll('/', '.') || String(error.validationContext ?? ''),
      message: message ?? 'not valid',
    }));
    return sendProblem(reply, 'invalid request', { errors });
  }
  const known = reasons[error.code];
  if (known !== undefined) return sendProblem(reply, known);
  if (typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500)
    return sendProblem(reply, 'invalid request', { detail: error.message });
  if (isUnavailable(error)) {
    request.log.warn({ reason: error.message }, 'the database is out of reach');
    return sendProblem(reply, 'database away');
  }
  request.log.error({ err: error }, 'a request failed');
  return sendProblem(reply, 'internal error');
}

function isUnavailable(error: unknown): boolean {
  return error instanceof LedgerError ? error.code === 'unavailable' : isConnectionError(error);
}
