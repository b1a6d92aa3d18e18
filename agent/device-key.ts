// Must come first: the library behind x509 finds its classes through it.
import 'reflect-metadata';
import { createPrivateKey, createPublicKey, webcrypto, X509Certificate } from 'node:crypto';
import type { LockerId } from '@latchwork/shared';
import { PemConverter, Pkcs10CertificateRequestGenerator } from '@peculiar/x509';
import type { Identity } from './identity.ts';

/** A key that never leaves this machine, and the request (PKCS #10) that proves its possession; both PEM. */
export async function makeDeviceKey(): Promise<{ key: string; request: string }> {
  const { subtle } = webcrypto;
  const keys = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const pkcs8 = await subtle.exportKey('pkcs8', keys.privateKey);
  return { key: PemConverter.encode(pkcs8, 'PRIVATE KEY'), request: await requestOf(keys) };
}

/** A request for a further certificate of a key that is there already. Both PEM. */
export async function requestFor(key: string): Promise<string> {
  const privateKey = createPrivateKey(key);
  const publicKey = createPublicKey(privateKey);
  const { subtle } = webcrypto;
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  return requestOf({
    privateKey: await subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
    publicKey: await subtle.importKey('spki', spki, algorithm, true, ['verify']),
  });
}

async function requestOf(keys: webcrypto.CryptoKeyPair): Promise<string> {
  const request = await Pkcs10CertificateRequestGenerator.create({
    // The server names it: until the claim is spent, nobody here knows which locker this is.
    name: 'CN=Latchwork locker',
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  });
  return request.toString('pem');
}

/** Whether the certificate is of this key, names this locker, and was signed by the authority. */
export function belongsTogether({ key, certificate, authority }: Identity, locker: LockerId): boolean {
  try {
    const own = new X509Certificate(certificate);
    const signer = new X509Certificate(authority);
    return (
      own.subject === `CN=${locker}` &&
      own.checkPrivateKey(createPrivateKey(key)) &&
      signer.ca &&
      own.checkIssued(signer) &&
      own.verify(signer.publicKey)
    );
  } catch {
    return false;
  }
}
