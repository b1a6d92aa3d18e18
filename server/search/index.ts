/** Locker Search: the nearest lockers with room. */
export {
  type FoundLocker,
  findLocker,
  findLockers,
  type LockerSite,
  type Place,
} from './find-lockers.ts';
