import { types } from 'pg';

type Parser = (text: string) => unknown;

/**
 * How values become JavaScript where `pg` itself does it badly for us: `bigint` is a number, since sequences
 * and milliseconds fit one (it throws RangeError where not); `date` stays `YYYY-MM-DD`, since a Date would
 * shift it by the local time zone. `timestamptz` is a Date, `numeric` a string.
 */
const parsers = new Map<number, Parser>([
  [types.builtins.INT8, parseBigint],
  [types.builtins.DATE, (text) => text],
]);

export const columnTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    const own = format === 'binary' ? undefined : parsers.get(oid);
    return own ?? types.getTypeParser(oid, format);
  },
};

function parseBigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is too large for a JavaScript number`);
  return value;
}
