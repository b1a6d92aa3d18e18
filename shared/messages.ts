import { z } from 'zod';
import { ClockClaim } from './clock.ts';
import { LockerId, Uuid } from './ids.ts';
import { UnixMs } from './units.ts';

/** A new version is a new number; readers refuse what they do not know. Each message names the version it came with. */
export const protocolVersion = 1;

const nonce = z.string().regex(/^[0-9A-Za-z_-]{22}$/, 'a nonce is 16 bytes in base64url');
/** SHA-256 in base64url. */
export const Hash = z.string().regex(/^[0-9A-Za-z_-]{43}$/, 'a hash is 32 bytes in base64url');
export type Hash = z.infer<typeof Hash>;
const seq = z.int().min(0);
const epoch = z.int().min(0);

/** One digest per bucket of the plan; a bucket is an item kind. Kinds without items are left out. */
export const PlanDigests = z.record(z.string(), Hash);
export type PlanDigests = z.infer<typeof PlanDigests>;

const up = { v: z.literal(protocolVersion), locker: LockerId, incarnation: Uuid, agentNonce: nonce };
const upFresh = { ...up, serverNonce: nonce };
const down = { v: z.literal(protocolVersion), locker: LockerId };
const downFresh = { ...down, incarnation: Uuid, agentNonce: nonce, serverNonce: nonce };

/** Opens a session: where the locker's journal and plan stand. Since version 1. */
export const Hello = z.strictObject({
  ...up,
  type: z.literal('hello'),
  /** The sequence number that the next event will bear. */
  next: seq,
  head: Hash,
  /** Events up to here are no longer on the locker's disk. */
  trimmedTo: seq,
  /** The highest sequence number that the server acknowledged. */
  acked: seq,
  serverEpoch: epoch,
  rev: epoch,
  digests: PlanDigests,
  clock: ClockClaim,
  /** The agent's own version, for operators. */
  version: z.string().max(40),
  /** The database was lost: occupancy and redemptions are unknown until re-seeded. */
  reborn: z.boolean(),
});
export type Hello = z.infer<typeof Hello>;

/** A batch of journal lines, in order. Items are event lines. Since version 1. */
export const Events = z.strictObject({ ...upFresh, type: z.literal('events'), first: seq, headBefore: Hash });
export type Events = z.infer<typeof Events>;

/** A sign of life, and the plan revision that is in force. Since version 1. */
export const Beat = z.strictObject({
  ...upFresh,
  type: z.literal('beat'),
  next: seq,
  head: Hash,
  serverEpoch: epoch,
  rev: epoch,
  digests: PlanDigests,
  clock: ClockClaim,
});
export type Beat = z.infer<typeof Beat>;

/** Left with the broker at CONNECT; says that the session's line broke. Since version 1. */
export const Will = z.strictObject({ ...up, type: z.literal('will') });
export type Will = z.infer<typeof Will>;

/** The server's only answer to a hello, a batch or a gap; sent after its commit, never before. Since version 1. */
export const Want = z.strictObject({
  ...downFresh,
  type: z.literal('want'),
  /** The number that the server gave this incarnation, from 1. */
  ordinal: z.int().min(1),
  /** The sequence number that the server wants next; everything below is committed. */
  from: seq,
  /** The chain's hash before `from`, as the server has it. */
  headBefore: Hash,
  /** The agent may trim up to here. */
  durable: z.strictObject({ ordinal: z.int().min(0), seq }),
  serverEpoch: epoch,
  rev: epoch,
  now: UnixMs,
  /** Events that may be under way before the next want. */
  window: z.int().min(1),
  /** After losing a healthy session the first attempt is spread over this long. */
  spreadS: z.int().min(0).max(3600),
  /** This incarnation is closed; the agent starts a new one. */
  fence: z.enum(['replaced', 'revoked', 'cloned']).optional(),
});
export type Want = z.infer<typeof Want>;

/** Only asks for a hello, since the message it answers bore nonces that the server does not know. Since version 1. */
export const WantHello = z.strictObject({ ...down, type: z.literal('wantHello') });
export type WantHello = z.infer<typeof WantHello>;

/**
 * A part of the plan: a delta that follows `fromRev`, or one of `parts` of a snapshot that is swapped in
 * whole once the digest over all of its lines matches. Items are plan item lines. Since version 1.
 */
export const Plan = z.strictObject({
  ...downFresh,
  type: z.literal('plan'),
  serverEpoch: epoch,
  rev: epoch,
  body: z.discriminatedUnion('as', [
    z.strictObject({ as: z.literal('delta'), fromRev: epoch }),
    z.strictObject({
      as: z.literal('snapshot'),
      part: z.int().min(1),
      parts: z.int().min(1).max(1000),
      digest: Hash,
    }),
  ]),
});
export type Plan = z.infer<typeof Plan>;

export const UpMessage = z.discriminatedUnion('type', [Hello, Events, Beat, Will]);
export type UpMessage = z.infer<typeof UpMessage>;
export const DownMessage = z.discriminatedUnion('type', [Want, WantHello, Plan]);
export type DownMessage = z.infer<typeof DownMessage>;
