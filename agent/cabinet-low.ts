import type { CabinetFile } from './adapters/doors/cabinet-file.ts';
import { restGpioBoard } from './adapters/lock-board/gpio-board.ts';
import type { Clock } from './ports/clock.ts';
import { SetupError } from './setup-error.ts';

/**
 * Puts every output on a GPIO line to rest, for systemd to do once the agent has ended, however it ended. Answers the
 * names of the boards. Throws {@link SetupError} `outputs` when one could not be, after all were tried.
 */
export async function cabinetLow(cabinet: CabinetFile, clock: Clock): Promise<string[]> {
  const boards = cabinet.boards.filter((board) => board.profile === 'gpio');
  const outcomes = await Promise.all(boards.map((board) => restGpioBoard(board, clock)));
  const troubles = outcomes.flatMap((outcome, at) =>
    outcome.ok ? [] : [`${boards[at]?.name}: ${outcome.detail}`],
  );
  if (troubles.length > 0)
    throw new SetupError('outputs', `not every output could be put low:\n${troubles.join('\n')}`);
  return boards.map(({ name }) => name);
}
