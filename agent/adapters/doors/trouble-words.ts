/** What a person can do, where the words of the trouble itself do not say it yet. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [/line busy/i, 'find the program that uses this line with fuser, and stop it; it may be a running agent'],
  [/line missing/i, "is the adapter plugged in, and is the device's name right?"],
];

/** The detail of a trouble, with what to do where that is known. */
export function withRemedy(detail: string): string {
  const remedy = remedies.find(([words]) => words.test(detail))?.[1];
  return remedy === undefined ? detail : `${detail} (${remedy})`;
}
