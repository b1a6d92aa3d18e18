import { type JsonSchema, schemasPath } from './schemas.ts';

/** A Markdown table of an object's fields; nested objects become rows named `outer.inner`. */
export function fieldTable(schema: JsonSchema): string {
  const rows = fieldRows(schema, '');
  return rows.length === 0 ? 'No fields of its own.' : table(['field', 'type', 'meaning'], rows);
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A type in words, for a table's cell. */
export function typeWords(schema: JsonSchema): string {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  if (reference !== undefined) {
    const name = reference.slice(schemasPath.length);
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (schema.anyOf) return schema.anyOf.map(typeWords).join(' or ');
  if (schema.oneOf) return 'one of the forms below';
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return schema.enum.map((value) => code(value)).join(', ');
  if (schema.type === 'integer') return `whole number${range(schema.minimum, schema.maximum)}`;
  if (schema.type === 'string' && schema.pattern) return `text that matches ${code(schema.pattern, false)}`;
  if (schema.type === 'string') return `text${range(schema.minLength, schema.maxLength, ' characters')}`;
  if (schema.type === 'array' && schema.items && !Array.isArray(schema.items))
    return `list of up to ${schema.maxItems} of: ${typeWords(schema.items)}`;
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object')
    return `object: by name a ${typeWords(schema.additionalProperties)}`;
  return schema.type ?? 'anything';
}

function fieldRows(schema: JsonSchema, prefix: string, form = ''): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const optional = schema.required?.includes(name) ? '' : ', optional';
    const own = [`\`${prefix}${name}\`${form}`, typeWords(field) + optional, field.description ?? ''];
    const inner = (each: JsonSchema, note = '') => fieldRows(each, `${prefix}${name}.`, note);
    return [own, ...inner(field), ...(field.oneOf ?? []).flatMap((each) => formRows(each, inner))];
  });
}

/** The fields of one form of a field; the first one tells which form it is. */
function formRows(form: JsonSchema, inner: (schema: JsonSchema, note: string) => string[][]): string[][] {
  const tag = Object.values(form.properties ?? {})[0]?.const;
  const [first = [], ...rest] = inner(form, ` (${tag})`);
  return [[first[0] ?? '', first[1] ?? '', form.description ?? ''], ...rest];
}

function range(minimum: number | undefined, maximum: number | undefined, unit = ''): string {
  const from = minimum === undefined || Math.abs(minimum) === Number.MAX_SAFE_INTEGER ? undefined : minimum;
  const to = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (from !== undefined && to !== undefined) return ` from ${grouped(from)} to ${grouped(to)}${unit}`;
  if (from !== undefined) return ` from ${grouped(from)}${unit}`;
  return to === undefined ? '' : ` of up to ${grouped(to)}${unit}`;
}

export function grouped(value: number): string {
  return value.toLocaleString('en-GB');
}

export function code(value: unknown, quoted = true): string {
  return `\`${quoted ? JSON.stringify(value) : value}\``;
}
