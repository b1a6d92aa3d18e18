// Must come first: the library behind x509 finds its classes through it.
import 'reflect-metadata';
import { Pkcs10CertificateRequest, type PublicKey } from '@peculiar/x509';

/** A device's own key, and the proof that it has the private half. */
export interface DeviceRequest {
  publicKey: PublicKey;
}

/**
 * Reads a PKCS #10 request (RFC 2986) in PEM. Undefined unless it is of a P-256 key and signed by it; what name it asks for
 * does not matter, since the claim alone says which locker this is.
 */
export async function readDeviceRequest(pem: string): Promise<DeviceRequest | undefined> {
  try {
    const request = new Pkcs10CertificateRequest(pem);
    const { publicKey } = request;
    const { name, namedCurve } = publicKey.algorithm as { name: string; namedCurve?: string };
    if (name !== 'ECDSA' || namedCurve !== 'P-256') return undefined;
    return (await request.verify()) ? { publicKey } : undefined;
  } catch {
    // A stranger's bytes: whatever the library thinks of them, they are no request.
    return undefined;
  }
}
