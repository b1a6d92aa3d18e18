import type { GpioDriver } from '../gpio/open-gpio.ts';
import { type BoardEntry, isSerialEntry } from '../lock-board/profiles.ts';

/** Words of warning for a board on GPIO lines whose resistors sysfs would have to switch on, which it cannot. */
export function sysfsBiasWarning(board: BoardEntry): string | undefined {
  if (isSerialEntry(board)) return undefined;
  const inputs = [...board.channels.flatMap(({ feedback }) => feedback ?? []), ...board.inputs];
  const lines = inputs.filter(({ bias }) => bias !== 'asIs').map(({ line }) => line);
  if (lines.length === 0) return undefined;
  return `board ${board.name}: sysfs switches on no resistor at ${lines.join(', ')}: set it in config.txt or wire one, and write bias asIs`;
}

/** For boards that take whichever driver this machine has. */
export function chosenSysfsWarnings(boards: readonly BoardEntry[], chooseDriver: () => GpioDriver): string[] {
  const open = boards.filter((board) => !isSerialEntry(board) && board.driver === 'auto');
  if (open.length === 0 || chooseDriver() !== 'onoff') return [];
  return open.flatMap((board) => sysfsBiasWarning(board) ?? []);
}
