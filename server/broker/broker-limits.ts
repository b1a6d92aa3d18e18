/** What the embedded broker bears from its clients. */
export const brokerLimits = {
  /** Bytes of one MQTT packet, its fixed header included: an envelope of 32 KiB twice over. */
  packetBytesMax: 64 * 1024,
  /** Bytes of the first packet, which comes from a stranger: names, password and a will. */
  connectBytesMax: 4 * 1024,
  /** A connection that has not sent a whole CONNECT by then is ended. */
  connectTimeoutMs: 10_000,
  /** Connections by TCP, and as many by WebSocket. */
  connectionsMax: 20_000,
  /** Seconds; a client must promise to be heard at least this often, or half-open lines would pile up. */
  keepaliveMax: 600,
  /** A client that takes nothing for this long is ended. */
  drainTimeoutMs: 60_000,
  /** Nobody may publish with QoS 2, so nothing has to be kept for it. */
  qos2InFlightMax: 1,
  /** `lw1/cell/locker/direction/kind` has five levels. */
  topicLevelsMax: 6,
} as const;
