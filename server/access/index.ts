/** Who may do what: the key ring and all that derives from it, enrolment, couriers and operators. */
export { AccessError, type AccessErrorCode } from './access-error.ts';
export { authenticator, operatorUser, serverUser } from './authenticate.ts';
export { claimLifetimeMs, type Enrolment, enrol, forgetClaims, makeClaim } from './claims.ts';
export { addCourier, type CourierParts, type NewCourier, spreadCouriers } from './couriers.ts';
export { generationSecretBytes, type KeyRing, keyRing } from './key-ring.ts';
export { lockerKeys } from './locker-keys.ts';
export { addLocker, type LockerClaim, type NewLocker } from './new-locker.ts';
export {
  type AddedOperator,
  addOperator,
  type NewOperator,
  type OperatorRole,
  operatorRoles,
} from './operators.ts';
export { openKeyRing } from './registered-ring.ts';
