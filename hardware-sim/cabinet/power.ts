import type { Door } from './door.ts';
import type { CabinetLayout } from './layout.ts';
import type { CabinetRecord } from './record.ts';
import { createSupplies } from './supplies.ts';
import type { BoardAt } from './wiring.ts';

/** What drives the coils: each supply until it sags. */
export interface Power {
  drive(door: number, durationMs: number | null): void;
  /** To be called as a coil is driven no longer. */
  coilOff(): void;
}

/** While a supply drives more coils than it bears, none that it has not freed yet comes free. */
export function createPower(options: {
  layout: CabinetLayout;
  record: CabinetRecord;
  door: (number: number) => Door | undefined;
  boardSagged: (board: BoardAt) => void;
}): Power {
  const { record, door } = options;
  const supplies = createSupplies(options.layout, (number) => door(number)?.coilOn() ?? false);
  let coilsOn = 0;

  return {
    drive: (number, durationMs) => {
      const overload = supplies.overloadedBy(number);
      if (!door(number)?.coilOn()) coilsOn += 1;
      door(number)?.energise(durationMs, { coilsOn, sagging: overload !== null });
      if (!overload) return;
      const { supply } = overload;
      record.addPower({ kind: 'supplySagged', supply: supply.name, coilsOn: overload.coilsOn.length });
      for (const other of overload.coilsOn) door(other)?.sag();
      if (supply.sagResetsBoards) for (const board of supply.boardsFed) options.boardSagged(board);
    },
    coilOff: () => {
      coilsOn -= 1;
    },
  };
}
