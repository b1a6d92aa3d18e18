import type { BaseLogger } from 'pino';

/** The part of pino's logger that is needed here; `pino({ enabled: false })` is silent. */
export type Logger = Pick<BaseLogger, 'debug' | 'info' | 'warn' | 'error'>;
