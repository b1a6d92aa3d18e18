/**
 * The names that a document lists under a heading: what stands in backticks at the start of each bullet, or in
 * the first column of each table row. Ends at the next heading; text between is free.
 * @throws where there is no such heading, or nothing is listed under it
 */
export function listedNames(markdown: string, heading: string): string[] {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '').trim() === heading);
  if (start < 0) throw new Error(`there is no heading "${heading}"`);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^#+ /.test(line));
  const names = rest
    .slice(0, end < 0 ? undefined : end)
    .map((line) => /^\s*(?:[-*|]|\d+\.)\s*`([^`]+)`/.exec(line)?.[1])
    .filter((name) => name !== undefined);
  if (names.length === 0) throw new Error(`nothing is listed under "${heading}"`);
  return names;
}
