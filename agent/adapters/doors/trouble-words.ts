/** What a person can do, where the words of the trouble itself do not say it yet; the first that fits. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /^refused: .*Modbus exception 2/i,
    'the board has fewer inputs or relays than the cabinet file says: lower inputs or channels',
  ],
  [
    /^no answer/i,
    'check its power, its address switches, the two wires A and B, which may be swapped, and the baud rate',
  ],
  [
    /^garbage/i,
    'something talks, but not as expected: try another baud rate; two boards may have one address',
  ],
  [
    /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|no connection to tcp:/i,
    "check the converter's host name and port in the url of the line, its power and its network cable",
  ],
  [/line busy/i, 'find the program that uses this line with fuser, and stop it; it may be a running agent'],
  [/line missing/i, "is the adapter plugged in, and is the device's name right?"],
];

/** The detail of a trouble, with what to do where that is known. */
export function withRemedy(detail: string): string {
  const remedy = remedies.find(([words]) => words.test(detail))?.[1];
  return remedy === undefined ? detail : `${detail} (${remedy})`;
}
