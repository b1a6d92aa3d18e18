const base45 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

/** Base45 of RFC 9285: what a QR's alphanumeric mode carries. */
export function toBase45(data: Uint8Array): string {
  let text = '';
  for (let i = 0; i < data.length; i += 2) {
    const pair = i + 1 < data.length;
    let number = pair ? (data[i] ?? 0) * 256 + (data[i + 1] ?? 0) : (data[i] ?? 0);
    for (let digit = 0; digit < (pair ? 3 : 2); digit += 1) {
      text += base45[number % 45];
      number = Math.floor(number / 45);
    }
  }
  return text;
}

/** Throws RangeError for text that is not Base45. */
export function fromBase45(text: string): Uint8Array {
  const out: number[] = [];
  for (let i = 0; i < text.length; i += 3) {
    const digits = Array.from(text.slice(i, i + 3), (character) => base45.indexOf(character));
    if (digits.length === 1 || digits.includes(-1)) throw new RangeError('not Base45');
    const number = digits.reduceRight((sum, digit) => sum * 45 + digit, 0);
    if (number > (digits.length === 3 ? 0xffff : 0xff)) throw new RangeError('not Base45');
    if (digits.length === 3) out.push(number >> 8);
    out.push(number & 0xff);
  }
  return Uint8Array.from(out);
}
