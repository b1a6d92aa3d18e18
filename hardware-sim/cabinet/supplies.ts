import type { CabinetLayout, DoorPlace, SupplyPlace } from './layout.ts';

/** Which supply bears which coil and board. */
export interface Supplies {
  /** The supply of a door's coil, if with that coil it drives more than it bears; `coilsOn` names those that it drives. */
  overloadedBy(door: number): { supply: FedSupply; coilsOn: number[] } | null;
}

export interface FedSupply extends SupplyPlace {
  /** Numbers of the doors whose coils it drives. */
  coils: number[];
  /** Coils that may pull at once. */
  coilsMax: number;
  boardsFed: { line: string; board: number }[];
}

export function createSupplies(
  { supplies, boards, doors }: CabinetLayout,
  isCoilOn: (door: number) => boolean,
): Supplies {
  const isRest = (supply: SupplyPlace) => supply.boards.length + supply.doors.length === 0;
  const feeds = (supply: SupplyPlace, place: { line: string; board: number }) =>
    supply.boards.some(({ line, board }) => line === place.line && board === place.board);
  const supplyOfBoard = (place: { line: string; board: number }) =>
    supplies.find((supply) => feeds(supply, place)) ?? supplies.find(isRest);
  const supplyOf = (door: DoorPlace) =>
    supplies.find((supply) => supply.doors.includes(door.number)) ?? supplyOfBoard(door);

  const fed = new Map<SupplyPlace, FedSupply>();
  for (const supply of supplies) {
    fed.set(supply, {
      ...supply,
      coils: doors.filter((door) => supplyOf(door) === supply).map(({ number }) => number),
      coilsMax: Math.floor(supply.amperes / supply.coilAmperes),
      boardsFed: boards
        .map(({ line, address }) => ({ line, board: address }))
        .filter((place) => supplyOfBoard(place) === supply),
    });
  }
  const byDoor = new Map<number, FedSupply>();
  for (const supply of fed.values()) for (const number of supply.coils) byDoor.set(number, supply);
  return {
    overloadedBy: (door) => {
      const supply = byDoor.get(door);
      const coilsOn = supply?.coils.filter((other) => other === door || isCoilOn(other)) ?? [];
      return supply && coilsOn.length > supply.coilsMax ? { supply, coilsOn } : null;
    },
  };
}
