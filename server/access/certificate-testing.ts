import 'reflect-metadata';
import { createPublicKey, type KeyObject, webcrypto } from 'node:crypto';
import { PemConverter, Pkcs10CertificateRequestGenerator } from '@peculiar/x509';

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
  const { subtle } = webcrypto;
  const keys = await subtle.generateKey({ name: 'ECDSA', namedCurve }, true, ['sign', 'verify']);
  const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const request = await Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm });
  const spki = Buffer.from(await subtle.exportKey('spki', keys.publicKey));
  return {
    request: request.toString('pem'),
    key: PemConverter.encode(await subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'),
    publicKey: createPublicKey({ key: spki, format: 'der', type: 'spki' }),
  };
}
