const START = 0xffff;
const POLYNOMIAL = 0xa001;

/** Modbus' check sum, sent low byte first: over a whole frame with it, the result is 0. */
export function crc16(bytes: readonly number[]): number {
  return bytes.reduce((crc, byte) => {
    let sum = crc ^ byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >> 1) ^ POLYNOMIAL : sum >> 1;
    return sum;
  }, START);
}
