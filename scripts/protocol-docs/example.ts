import { createPrivateKey, createPublicKey } from 'node:crypto';
import {
  chainNext,
  chainStart,
  deriveCode,
  deriveLockerKeys,
  type Events,
  hashCredential,
  type LockerEvent,
  type PassClaims,
  planLine,
  sealEnvelope,
  signPass,
  topicFor,
} from '@latchwork/shared';

/** 32 bytes, 00 to 1f: for examples, never for a locker. */
const exampleKey = Uint8Array.from({ length: 32 }, (_, index) => index);
const locker = 'gb-7k3m9x2p';
const incarnation = '01926f2e-7c00-7abc-8def-0123456789ab';
const booking = 'gb_01926f2e-8000-7abc-8def-0123456789ab';
const atMs = 1_763_000_000_000;

/** Every value of the worked examples, computed by the code that lockers and servers run. */
export function examples() {
  const keys = deriveLockerKeys(exampleKey);
  const topic = topicFor(locker, 'up/events');
  const start = chainStart(locker, incarnation);
  const event: LockerEvent = {
    id: '01926f2e-7c01-7abc-8def-012345670000',
    seq: 1,
    at: atMs,
    clock: 'floor',
    kind: 'agent.started',
    version: 'example',
  };
  const line = JSON.stringify(event);
  const header: Events = {
    v: 1,
    locker,
    incarnation,
    agentNonce: 'AAECAwQFBgcICQoLDA0ODw',
    serverNonce: 'EBESExQVFhcYGRobHB0eHw',
    type: 'events',
    first: 1,
    headBefore: start,
  };
  const code = deriveCode(exampleKey, { locker, booking, counter: 0 });
  return {
    locker,
    incarnation,
    booking,
    topic,
    key: hex(exampleKey),
    upKey: hex(keys.up),
    downKey: hex(keys.down),
    codeCheckingKey: hex(keys.codeChecking),
    brokerPassword: keys.brokerPassword,
    chainStart: start,
    envelope: Buffer.from(sealEnvelope(keys.up, topic, header, [line])).toString(),
    chainNext: chainNext(start, line),
    planLine: planLine({
      kind: 'slot',
      id: '3',
      rev: 12,
      body: { size: 'M', features: ['cool'], inService: true },
    }),
    code,
    codeHash: hashCredential(keys.codeChecking, 'code', code),
    ...examplePass(),
  };
}

function examplePass() {
  // A PKCS #8 Ed25519 key is this prefix and the 32 bytes (RFC 8410 section 7).
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), exampleKey]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const claims: PassClaims = {
    id: '01926f2e-9000-7abc-8def-0123456789ab',
    locker,
    scope: 'collect',
    uses: 'once',
    booking,
    issuedAt: atMs,
    expiresAt: atMs + 7 * 86_400_000,
  };
  const publicKey = createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '';
  return {
    passKeyId: 'gb-2025a',
    passPublicKey: publicKey,
    pass: signPass(claims, { keyId: 'gb-2025a', privateKey }),
  };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
