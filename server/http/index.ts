export type * from './ops-schemas.ts';
export type * from './schemas.ts';
