/** What operators see over MQTT. */

export { forgetDoorHealth } from './forget-door-health.ts';
export { startOpsPublisher } from './ops-publisher.ts';
