/** How many doors a supply opens at once by its amperes, rounded down; undefined where they are not given. */
export function doorsAllowed(supply: {
  amperes?: number | undefined;
  amperesPerDoor: number;
}): number | undefined {
  if (supply.amperes === undefined) return undefined;
  // A quotient such as 6.6 by 2.2 falls just short of 3.
  return Math.floor(supply.amperes / supply.amperesPerDoor + 1e-9);
}
