/** Locker Search: the nearest lockers with room. */
export {
  type FoundLocker,
  findLocker,
  findLockers,
  type LockerSite,
  type Place,
  siteColumns,
} from './find-lockers.ts';
