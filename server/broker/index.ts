export type { Authenticate, Principal } from './access-control.ts';
export { type BrokerLink, connectBroker, type LinkOptions } from './broker-link.ts';
export { type BrokerOptions, type EmbeddedBroker, startBroker } from './embedded-broker.ts';
export type { Logger } from './logger.ts';
