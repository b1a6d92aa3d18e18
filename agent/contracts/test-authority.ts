import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  PemConverter,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' };
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' };
const validity = { notBefore: new Date(0), notAfter: new Date(Date.UTC(2049, 0)) };

/** An authority as a server has one; `certify` answers a locker's request, `broker` makes a broker's key. All PEM. */
export async function testAuthority() {
  const { subtle } = webcrypto;
  const keys = await subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']);
  const authority = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Test lockers',
    keys,
    signingAlgorithm,
    ...validity,
    extensions: [new BasicConstraintsExtension(true, 0, true)],
  });
  const signed = { issuer: authority.subject, signingKey: keys.privateKey, signingAlgorithm, ...validity };
  return {
    authority: authority.toString('pem'),
    async certify(name: string, request: string): Promise<string> {
      const { publicKey } = new Pkcs10CertificateRequest(request);
      const certificate = await X509CertificateGenerator.create({
        ...signed,
        subject: `CN=${name}`,
        publicKey,
        extensions: [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])],
      });
      return certificate.toString('pem');
    },
    async broker(address = '127.0.0.1', purpose: 'serverAuth' | 'clientAuth' = 'serverAuth') {
      const own = await subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']);
      const certificate = await X509CertificateGenerator.create({
        ...signed,
        subject: 'CN=broker',
        publicKey: own.publicKey,
        extensions: [
          new ExtendedKeyUsageExtension([ExtendedKeyUsage[purpose]]),
          new SubjectAlternativeNameExtension([{ type: 'ip', value: address }]),
        ],
      });
      const key = PemConverter.encode(await subtle.exportKey('pkcs8', own.privateKey), 'PRIVATE KEY');
      return { key, certificate: certificate.toString('pem') };
    },
  };
}

/** A locker's key with its certificate, and the authority that it believes. */
export async function newIdentity(
  { authority, certify }: Awaited<ReturnType<typeof testAuthority>>,
  name: string,
) {
  const keys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: 'CN=locker',
    keys,
    signingAlgorithm,
  });
  const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { key, certificate: await certify(name, request.toString('pem')), authority };
}
