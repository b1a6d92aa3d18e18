/**
 * Follows a stream of MQTT packets by their fixed headers (MQTT 3.1.1 section 2.2) and keeps nothing of them
 * but how much is still to come.
 *
 *   type ──first byte──▶ length ──up to 4 bytes──▶ body ──all of it──▶ type
 */
export interface PacketLengths {
  /** Takes the next bytes. After anything but `ok` the stream is of no more use. */
  take(chunk: Uint8Array): 'ok' | 'packet too large' | 'not MQTT';
  /** The first packet, which is a CONNECT, arrived whole. */
  readonly connected: boolean;
}

/** CONNECT comes first and once. */
const connectType = 1;
const lengthBytesMax = 4;

/** @param limits bytes of the first packet, and of every later one, fixed header included */
export function packetLengths(limits: { connectBytesMax: number; packetBytesMax: number }): PacketLengths {
  let state: 'type' | 'length' | 'body' = 'type';
  let connected = false;
  let lengthBytes = 0;
  let bodyLeft = 0;

  const takeByte = (byte: number): 'ok' | 'packet too large' | 'not MQTT' => {
    if (state === 'type') {
      // Types 0 and 15 are reserved in version 3.1.1.
      const type = byte >> 4;
      if (type === 0 || type === 15 || (type === connectType) === connected) return 'not MQTT';
      state = 'length';
      lengthBytes = 0;
      bodyLeft = 0;
      return 'ok';
    }
    bodyLeft += (byte & 0x7f) * 128 ** lengthBytes;
    lengthBytes += 1;
    if (byte >= 0x80) return lengthBytes === lengthBytesMax ? 'not MQTT' : 'ok';
    const bytesMax = connected ? limits.packetBytesMax : limits.connectBytesMax;
    if (1 + lengthBytes + bodyLeft > bytesMax) return 'packet too large';
    endHeader();
    return 'ok';
  };
  const endHeader = () => {
    state = bodyLeft > 0 ? 'body' : 'type';
    if (state === 'type') connected = true;
  };

  return {
    get connected() {
      return connected;
    },
    take(chunk) {
      for (let at = 0; at < chunk.length; ) {
        if (state === 'body') {
          const taken = Math.min(bodyLeft, chunk.length - at);
          at += taken;
          bodyLeft -= taken;
          if (bodyLeft === 0) endHeader();
          continue;
        }
        const verdict = takeByte(chunk[at] ?? 0);
        if (verdict !== 'ok') return verdict;
        at += 1;
      }
      return 'ok';
    },
  };
}
