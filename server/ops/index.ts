/** What operators see over MQTT. */
export { startOpsPublisher } from './ops-publisher.ts';
