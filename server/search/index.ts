/** Locker Search: the nearest lockers with room. */
export { distanceKm, type Point } from './distance.ts';
export {
  type FoundLocker,
  findLocker,
  findLockers,
  type LockerSite,
  type Place,
  type SearchAnswer,
} from './find-lockers.ts';
