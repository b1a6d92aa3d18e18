import type { SerialProfileName } from '../lock-board/profiles.ts';

const usual = [2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200];

/**
 * The rates at which a kind of board can be made to talk, whatever it leaves the factory with. The documents of the
 * KERONG 48- and 16-way boards and of the WKLY boards know one rate only.
 */
const rates: Readonly<Record<SerialProfileName, readonly number[]>> = {
  bcc8a: usual,
  'kerong-cu48': [19_200],
  'kerong-cu16': [19_200],
  'kerong-cu12': usual,
  wkly: [9_600],
  'modbus-relay': [...usual, 128_000, 256_000],
};

export function speaksAt(profile: SerialProfileName, baudRate: number): boolean {
  return rates[profile].includes(baudRate);
}

export function ratesOf(profile: SerialProfileName): readonly number[] {
  return rates[profile];
}
