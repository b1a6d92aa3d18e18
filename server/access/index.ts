/** Who may do what: the key ring and all that derives from it, enrolment, couriers and operators. */
export { authenticator, serverUser } from './authenticate.ts';
export { type CertificateAuthority, deviceCertificateLifetimeMs } from './certificate-authority.ts';
export { enrol, forgetClaims, makeClaim } from './claims.ts';
export { addCourier, spreadCouriers } from './couriers.ts';
export { goodCertificates, revokeLocker } from './device-certificates.ts';
export type { KeyRing } from './key-ring.ts';
export { lockerKeys } from './locker-keys.ts';
export { addLocker, type NewLocker } from './new-locker.ts';
export {
  addOperator,
  operatorRoles,
} from './operators.ts';
export { openAuthority } from './registered-authority.ts';
export { openKeyRing } from './registered-ring.ts';
export { type Renewal, renewCertificate } from './renew.ts';
