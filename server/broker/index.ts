export type { Authenticate } from './access-control.ts';
export { type BrokerLink, createBrokerLink, type OnMessage } from './broker-link.ts';
export { createDownlink, type Downlink, type KeysOf } from './downlink.ts';
export { type BrokerOptions, type EmbeddedBroker, startBroker } from './embedded-broker.ts';
export type { Logger } from './logger.ts';
