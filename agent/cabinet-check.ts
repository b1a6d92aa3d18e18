import { slotSizes } from '@latchwork/shared';
import { CabinetFile } from './adapters/doors/cabinet-file.ts';
import { cabinetWarnings } from './adapters/doors/cabinet-warnings.ts';
import { readText } from './config.ts';
import { parseJsonFile } from './json-file.ts';
import { describeFindings } from './json-places.ts';

/** What a cabinet file says in short, or everything that is wrong with it: lines for a person. Throws where it cannot be read. */
export function checkCabinet(path: string): { ok: boolean; lines: string[] } {
  const text = readText(path);
  const parsed = parseJsonFile(path, text, CabinetFile);
  if (!parsed.ok) return { ok: false, lines: parsed.errors };
  const warnings = describeFindings(path, text, cabinetWarnings(parsed.data));
  return {
    ok: true,
    lines: [`${path}: OK`, ...summary(parsed.data), ...warnings.map((words) => `  warning: ${words}`)],
  };
}

function summary({ lines, boards, supplies, slots, serviceSwitch }: CabinetFile): string[] {
  const bySize = slotSizes.map((size) => ({
    size,
    count: slots.filter((slot) => slot.size === size).length,
  }));
  const sizes = bySize.filter(({ count }) => count > 0).map(({ size, count }) => `${count} ${size}`);
  const profiles = [...new Set(boards.map((board) => board.profile))];
  const numbers = (holds: (slot: (typeof slots)[number]) => boolean) =>
    slots
      .filter(holds)
      .map((slot) => slot.number)
      .join(', ');
  const blind = numbers((slot) => slot.blind);
  const fitsChild = slots.filter((slot) => slot.fitsChild);
  return [
    `${counted(lines.length, 'line')}, ${counted(boards.length, 'board')} (${profiles.join(', ')})`,
    `${counted(slots.length, 'slot')}: ${sizes.join(', ')}`,
    `blind doors: ${blind || 'none'}${blind && ' (no switch tells their position: the person confirms on the screen)'}`,
    ...supplies.map(
      ({ name, boards: fed, doorsAtOnce, doorsAtOnceByBoard }) =>
        `supply ${name} (${fed.join(', ')}): ${counted(doorsAtOnce, 'door')} at a time${borneWords(doorsAtOnce, doorsAtOnceByBoard)}`,
    ),
    ...listed(
      'door switches of their own',
      numbers((slot) => slot.doorSwitch !== undefined),
    ),
    ...listed(
      'occupancy sensors',
      numbers((slot) => slot.occupancySensor !== undefined),
    ),
    ...fitsChild.map(
      ({ number, insideRelease }) => `slot ${number} fits a child; opens from inside by: ${insideRelease}`,
    ),
    ...(serviceSwitch
      ? [`service switch on board ${serviceSwitch.board}, input ${serviceSwitch.input}`]
      : []),
  ].map((line) => `  ${line}`);
}

/** What a strong supply cannot drive through one board. */
function borneWords(doorsAtOnce: number, byBoard: Readonly<Record<string, number>>): string {
  return Object.entries(byBoard)
    .filter(([, borne]) => borne < doorsAtOnce)
    .map(([board, borne]) => `, of board ${board} at most ${borne}`)
    .join('');
}

function listed(what: string, numbers: string): string[] {
  return numbers === '' ? [] : [`${what}: ${numbers}`];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
