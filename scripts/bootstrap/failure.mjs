/** Something that a person can put right: what went wrong, and what to do. */
export class Failure extends Error {
  /**
   * @param {string} message
   * @param {string} hint
   */
  constructor(message, hint) {
    super(message);
    this.hint = hint;
  }
}

/**
 * The words for the terminal: plain ones for a Failure, everything there is for a bug.
 * @param {unknown} error
 */
export function explain(error) {
  if (error instanceof Failure)
    return `latchwork: ${error.message}\n  ${error.hint.replaceAll('\n', '\n  ')}\n`;
  return `latchwork: ${error instanceof Error ? error.stack : error}\n`;
}

/**
 * Runs a step that writes in the checkout, and turns a refusal of the file system into plain words.
 * @template T
 * @param {string} root
 * @param {() => T} write
 * @returns {T}
 */
export function writing(root, write) {
  try {
    return write();
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === undefined) throw error;
    throw new Failure(
      `Cannot write in ${root}: ${message}.`,
      'Latchwork keeps its tools in .tools and node_modules there. Use a folder that you own and that has room,\n' +
        'or remove these two if another user made them.',
    );
  }
}

/**
 * The first lines in which npm or pnpm names a cause.
 * @param {string} output
 */
export function summarise(output) {
  const lines = output.split('\n').map((line) => line.trim());
  const causes = lines.filter((line) => line !== '' && !/complete log|debug-\d+\.log/.test(line));
  return causes.slice(0, 4).join('; ') || 'no reason was given';
}
