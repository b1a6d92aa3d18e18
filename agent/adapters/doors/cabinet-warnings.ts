import { isSerialEntry, serialProfiles } from '../lock-board/profiles.ts';
import type { CabinetFile } from './cabinet-file.ts';
import type { Finding } from './finding.ts';
import { sysfsBiasWarning } from './sysfs-bias.ts';

/** Boards of the "8A" family come with five address switches. */
const BCC8A_SWITCHES_MAX = 31;

/** What works but is seldom meant, each at its field. */
export function cabinetWarnings({ lines, boards, supplies, slots }: CabinetFile): Finding[] {
  const fed = new Set(supplies.flatMap((supply) => supply.boards));
  const used = new Set(slots.map((slot) => slot.board));
  return [
    ...lines.flatMap(({ name, baudRate }, at): Finding[] => {
      const onLine = boards.filter(isSerialEntry).filter((board) => board.line === name);
      if (onLine.length === 0) return [{ path: ['lines', at], message: `line ${name} has no board` }];
      const other = onLine.find(
        ({ profile }) => serialProfiles[profile].baudRate !== (baudRate ?? serialProfiles[profile].baudRate),
      );
      if (other === undefined) return [];
      const usual = serialProfiles[other.profile].baudRate;
      const message = `${other.profile} boards leave the factory set to ${usual} baud: board ${other.name} must have been set to ${baudRate}`;
      return [{ path: ['lines', at, 'baudRate'], message }];
    }),
    ...boards.flatMap((board, at): Finding[] => {
      const message = board.profile === 'gpio' && board.driver === 'onoff' && sysfsBiasWarning(board);
      return message ? [{ path: ['boards', at], message }] : [];
    }),
    ...boards.flatMap((board, at): Finding[] => [
      ...(board.profile === 'bcc8a' && board.address > BCC8A_SWITCHES_MAX
        ? [
            {
              path: ['boards', at, 'address'],
              message: `most bcc8a boards have switches up to ${BCC8A_SWITCHES_MAX} only`,
            },
          ]
        : []),
      ...(used.has(board.name)
        ? []
        : [{ path: ['boards', at, 'name'], message: `no slot hangs on board ${board.name}` }]),
      ...(supplies.length === 0 || fed.has(board.name)
        ? []
        : [
            {
              path: ['boards', at, 'name'],
              message: `no supply feeds board ${board.name}: all such boards open one door at a time`,
            },
          ]),
    ]),
  ];
}
