/** What a person can do about a line or a pin that cannot be used. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /permission denied|EACCES|EPERM/i,
    "the agent's user may not use it: put that user into the group that owns the device (dialout for lines, gpio for pins), and start the agent again",
  ],
  [/line busy/i, 'another program uses this line: find it with fuser, and stop it'],
  [
    /already exported|pin busy|EBUSY/i,
    'another program holds this pin: stop it, or free the pin by writing its number to /sys/class/gpio/unexport',
  ],
  [/line missing/i, "is the adapter plugged in, and is the device's name in the cabinet file right?"],
];

/** The detail of a trouble, with what to do where that is known. */
export function withRemedy(detail: string): string {
  const remedy = remedies.find(([words]) => words.test(detail))?.[1];
  return remedy === undefined ? detail : `${detail} (${remedy})`;
}
