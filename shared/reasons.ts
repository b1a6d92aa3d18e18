/** Why the unit refused; each has a sentence on the kiosk. A refusal never tells a stranger which part was right. */
export const denials = [
  'unknown code',
  'expired',
  'spent',
  'revoked',
  'nothing to collect',
  'too many tries',
  'unknown badge',
  'not permitted',
  'unknown barcode',
  'already deposited',
  'scan unreadable',
  'no free slot',
  'slot out of service',
  'clock unknown',
] as const;
export type Denial = (typeof denials)[number];

/** What a person, or the locker itself, reports about a slot. */
export const problems = [
  'door did not open',
  'door does not close',
  'slot empty',
  'slot occupied',
  'slot dirty',
  'slot damaged',
] as const;
export type Problem = (typeof problems)[number];
