/** What operators see over MQTT. */
export { type OpsPublisher, type OpsPublisherOptions, startOpsPublisher } from './ops-publisher.ts';
