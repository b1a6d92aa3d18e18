import type { Duplex } from 'node:stream';
import { TLSSocket, type TlsOptions } from 'node:tls';
import { brokerLimits } from './broker-limits.ts';

/** How a listener shows who it is, and whose word it takes for who comes; all PEM. */
export interface MutualTls {
  /** PKCS #8. */
  key: string;
  certificate: string;
  /** Signs what lockers come with. */
  authority: string;
  /** The name by which lockers reach this machine from outside; without it nobody does. */
  host?: string | undefined;
  onRefused(reason: string): void;
}

/** Out of a certificate that the authority signed and that has not expired; whether it still counts is asked elsewhere. */
export interface Peer {
  /** The subject's common name. */
  name: string;
  /** Hex, in lower case, without leading zeros. */
  serial: string;
}

export function tlsOptions({ key, certificate, authority }: MutualTls): TlsOptions {
  return {
    key,
    cert: certificate,
    ca: authority,
    minVersion: 'TLSv1.2',
    requestCert: true,
    // `peerOf` refuses, since a refusal by the handshake alone would tell nobody why a locker stays away.
    rejectUnauthorized: false,
    handshakeTimeout: brokerLimits.connectTimeoutMs,
  };
}

/**
 * Undefined where nobody proved who they are. A resumed session that never had a certificate counts as authorised with
 * TLS 1.3, and an old one is not looked at for its date again, so neither word is taken alone.
 */
export function peerOf(socket: Duplex, { onRefused }: Pick<MutualTls, 'onRefused'>): Peer | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const { subject, serialNumber } = socket.getPeerCertificate();
  const name: unknown = subject?.CN;
  if (!socket.authorized || typeof name !== 'string' || !serialNumber) {
    onRefused(`certificate refused: ${socket.authorizationError ?? 'it names nobody'}`);
    return undefined;
  }
  return { name, serial: serialNumber.toLowerCase() };
}
