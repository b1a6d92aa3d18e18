import 'reflect-metadata';
import { createPublicKey, type KeyObject, webcrypto } from 'node:crypto';
import type { LockerId, UnixMs } from '@latchwork/shared';
import {
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  PemConverter,
  Pkcs10CertificateRequestGenerator,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { realRandom } from '../random.ts';
import {
  type CertificateAuthority,
  certificateAuthority,
  type IssuedCertificate,
  makeAuthority,
} from './certificate-authority.ts';
import { readDeviceRequest } from './device-request.ts';

const { subtle } = webcrypto;
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' };
const newKeys = (namedCurve: string) =>
  subtle.generateKey({ name: 'ECDSA', namedCurve }, true, ['sign', 'verify']);
const privatePem = async ({ privateKey }: webcrypto.CryptoKeyPair) =>
  PemConverter.encode(await subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY');

export interface TestRequest {
  /** PKCS #10, PEM. */
  request: string;
  /** PKCS #8, PEM. */
  key: string;
  publicKey: KeyObject;
}

/** What a locker's computer makes, and whatever it may ask for. */
export async function certificateRequest(
  name = 'CN=locker',
  namedCurve: 'P-256' | 'P-384' = 'P-256',
): Promise<TestRequest> {
  const keys = await newKeys(namedCurve);
  const request = await Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm });
  const spki = Buffer.from(await subtle.exportKey('spki', keys.publicKey));
  return {
    request: request.toString('pem'),
    key: await privatePem(keys),
    publicKey: createPublicKey({ key: spki, format: 'der', type: 'spki' }),
  };
}

/** A key, its own unless given, with a certificate of the authority, which no database knows. */
export async function certifiedKey(
  authority: CertificateAuthority,
  lockerId: LockerId,
  nowMs: UnixMs,
  given?: { key: string; request: string },
): Promise<{ key: string } & IssuedCertificate> {
  const { key, request } = given ?? (await certificateRequest());
  const wish = await readDeviceRequest(request);
  if (!wish) throw new Error('no request');
  return { key, ...(await authority.certifyLocker(lockerId, wish, nowMs)) };
}

/** All that a locker's certificate says, signed by its own key. */
export async function selfSignedKey(name: string, serial: string, notAfterMs = Date.UTC(2049, 0)) {
  const keys = await newKeys('P-256');
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serial,
    name: `CN=${name}`,
    notBefore: new Date(0),
    notAfter: new Date(notAfterMs),
    keys,
    signingAlgorithm,
    extensions: [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])],
  });
  return { key: await privatePem(keys), certificate: certificate.toString('pem') };
}

/** Of another network, with the same name. */
export async function otherAuthority(nowMs: UnixMs): Promise<CertificateAuthority> {
  const random = realRandom();
  return certificateAuthority(await makeAuthority(nowMs, random), random);
}
