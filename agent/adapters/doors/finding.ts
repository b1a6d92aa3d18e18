export type JsonPath = readonly PropertyKey[];

/** Something about a field of a JSON text, in words for a person. */
export interface Finding {
  path: JsonPath;
  message: string;
}

/** Each item that repeats the key of one before it. */
export function twice<T>(
  items: readonly T[],
  keyOf: (item: T) => string | undefined,
): { at: number; key: string }[] {
  const seen = new Set<string>();
  return items.flatMap((item, at) => {
    const key = keyOf(item);
    if (key === undefined) return [];
    if (seen.has(key)) return [{ at, key }];
    seen.add(key);
    return [];
  });
}
