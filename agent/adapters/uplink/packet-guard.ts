/**
 * Follows a stream of MQTT packets by their fixed headers alone (MQTT 3.1.1 section 2.2) and says when one is longer
 * than `bytesMax`, or its length is malformed, before its body has arrived.
 */
export function packetGuard(bytesMax: number): (chunk: Uint8Array) => boolean {
  let bodyLeft = 0;
  let typeSeen = false;
  let length = 0;
  let factor = 1;
  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      if (bodyLeft > 0) {
        const skipped = Math.min(bodyLeft, chunk.length - at);
        bodyLeft -= skipped;
        at += skipped;
        continue;
      }
      const byte = chunk[at] ?? 0;
      at += 1;
      if (!typeSeen) {
        [typeSeen, length, factor] = [true, 0, 1];
        continue;
      }
      length += (byte & 127) * factor;
      factor *= 128;
      if (length > bytesMax || factor > 128 ** 4) return true;
      if (byte >= 128) continue;
      typeSeen = false;
      bodyLeft = length;
    }
    return false;
  };
}
