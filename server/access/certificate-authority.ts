// Must come first: the library behind x509 finds its classes through it.
import 'reflect-metadata';
import { createHash, createPrivateKey, X509Certificate as NodeCertificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { LockerId, UnixMs } from '@latchwork/shared';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { Random } from '../random.ts';
import type { DeviceRequest } from './device-request.ts';

/** A locker that was without a line for a season still finds its certificate good. */
export const deviceCertificateLifetimeMs = 365 * 24 * 60 * 60_000;
/** A locker's certificate counts from a little earlier, for servers whose clocks differ. */
const backdatedMs = 5 * 60_000;
/** What is not renewed yet has to outlast the network's first cabinets. */
const authorityLifetimeMs = 30 * 365 * 24 * 60 * 60_000;
/**
 * A locker whose clock stands at 1970 gets the time over this very line, so what it verifies is good from then on.
 */
const fromTheFirst = new Date(0);

const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' } as const;

export interface IssuedCertificate {
  /** PEM. */
  certificate: string;
  /** In lower-case hex, without leading zeros. */
  serial: string;
  expiresAt: UnixMs;
}

/** Names the network's lockers and its own broker. Its private key never leaves {@link AuthorityPems} and this. */
export interface CertificateAuthority {
  /** PEM; what both sides verify against. */
  readonly certificate: string;
  /** SHA-256 of the certificate, in base64url. */
  readonly fingerprint: string;
  /** Good to connect as this locker, for {@link deviceCertificateLifetimeMs}. */
  certifyLocker(lockerId: LockerId, request: DeviceRequest, nowMs: UnixMs): Promise<IssuedCertificate>;
  /** Whether this authority signed it for a locker; nothing is said of its date. */
  signed(certificate: NodeCertificate): boolean;
  /** A key and certificate, both PEM, with which a broker is known under these host names and addresses. */
  certifyServer(hosts: readonly string[]): Promise<{ key: string; certificate: string }>;
}

/** Both PEM: PKCS #8, and X.509. */
/** As the global `crypto` has it: pages that import our types are checked with another one's names. */
type SigningKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

export interface AuthorityPems {
  key: string;
  certificate: string;
}

export async function makeAuthority(nowMs: UnixMs, random: Random): Promise<AuthorityPems> {
  const keys = await crypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialFrom(random),
    name: 'CN=Latchwork lockers',
    notBefore: fromTheFirst,
    notAfter: new Date(nowMs + authorityLifetimeMs),
    signingAlgorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { key: await privatePem(keys.privateKey), certificate: certificate.toString('pem') };
}

/** Throws where these are no key and certificate that belong together. */
export async function certificateAuthority(
  pems: AuthorityPems,
  random: Random,
): Promise<CertificateAuthority> {
  const own = new X509Certificate(pems.certificate);
  const pkcs8 = createPrivateKey(pems.key).export({ format: 'der', type: 'pkcs8' });
  const signingKey = await crypto.subtle.importKey('pkcs8', pkcs8, keyAlgorithm, false, ['sign']);
  await assertPair(signingKey, own);
  const issue = async (more: {
    subject: string;
    publicKey: DeviceRequest['publicKey'] | SigningKey;
    notBefore: Date;
    notAfter: Date;
    purpose: ExtendedKeyUsage;
    extensions?: Extension[];
  }) => {
    const { purpose, extensions = [], ...rest } = more;
    const serialNumber = serialFrom(random);
    const certificate = await X509CertificateGenerator.create({
      ...rest,
      serialNumber,
      issuer: own.subject,
      signingAlgorithm,
      signingKey,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        // So a locker's certificate makes no broker, and a broker's no locker.
        new ExtendedKeyUsageExtension([purpose]),
        await AuthorityKeyIdentifierExtension.create(own),
        ...extensions,
      ],
    });
    return { certificate: certificate.toString('pem'), serial: serialNumber };
  };
  return {
    certificate: pems.certificate,
    fingerprint: createHash('sha256').update(new Uint8Array(own.rawData)).digest('base64url'),
    async certifyLocker(lockerId, { publicKey }, nowMs) {
      const expiresAt = Math.min(nowMs + deviceCertificateLifetimeMs, own.notAfter.getTime());
      const issued = await issue({
        subject: `CN=${lockerId}`,
        publicKey,
        notBefore: new Date(nowMs - backdatedMs),
        notAfter: new Date(expiresAt),
        purpose: ExtendedKeyUsage.clientAuth,
      });
      return { ...issued, expiresAt };
    },
    signed(certificate) {
      const signer = new NodeCertificate(pems.certificate);
      return (
        certificate.checkIssued(signer) &&
        certificate.verify(signer.publicKey) &&
        certificate.keyUsage?.includes(ExtendedKeyUsage.clientAuth) === true
      );
    },
    async certifyServer(hosts) {
      const keys = await crypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']);
      const { certificate } = await issue({
        subject: 'CN=Latchwork broker',
        publicKey: keys.publicKey,
        notBefore: fromTheFirst,
        // Its key lives and dies with the process that asked for it, so a date would guard nothing.
        notAfter: own.notAfter,
        purpose: ExtendedKeyUsage.serverAuth,
        extensions: [
          new SubjectAlternativeNameExtension(
            hosts.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
          ),
        ],
      });
      return { key: await privatePem(keys.privateKey), certificate };
    },
  };
}

async function assertPair(signingKey: SigningKey, certificate: X509Certificate): Promise<void> {
  const publicKey = await certificate.publicKey.export(keyAlgorithm, ['verify']);
  const sample = new Uint8Array(16);
  const signature = await crypto.subtle.sign(signingAlgorithm, signingKey, sample);
  if (!(await crypto.subtle.verify(signingAlgorithm, publicKey, signature, sample)))
    throw new TypeError('the key of the certificate authority does not belong to its certificate');
}

/** 126 random bits, positive and without leading zeros, so that every program writes it alike. */
function serialFrom(random: Random): string {
  const [first = 0, ...rest] = random.bytes(16);
  return Buffer.from([(first & 0x3f) | 0x40, ...rest]).toString('hex');
}

async function privatePem(key: SigningKey): Promise<string> {
  return PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}
