/** The HTTP API `/v1`, its description, and the web pages. */
export { httpApp } from './app.ts';
export type { BrokerAddresses, HttpParts } from './http-parts.ts';
export type * from './ops-door-schemas.ts';
export type * from './ops-schemas.ts';
export type * from './schemas.ts';
