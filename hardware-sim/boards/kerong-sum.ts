/** Every KERONG frame begins with STX, has ETX before its check byte, and is checked by its sum's low byte. */
export const STX = 0x02;
export const ETX = 0x03;

export function lowSum(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0);
}

/** `02 … 03 SUM` around the given bytes. */
export function kerongFrame(bytes: readonly number[]): Uint8Array {
  const frame = [STX, ...bytes, ETX];
  return Uint8Array.from([...frame, lowSum(frame)]);
}

/** Whether the first `length` bytes are a whole frame with its check byte last, are its beginning, or are neither. */
export function kerongFrameAt(bytes: readonly number[], length: number): boolean | 'incomplete' {
  if (bytes[0] !== STX) return false;
  if (bytes.length < length) return 'incomplete';
  return bytes[length - 2] === ETX && bytes[length - 1] === lowSum(bytes.slice(0, length - 1));
}
