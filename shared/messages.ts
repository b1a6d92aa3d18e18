import { z } from 'zod';
import { ClockClaim } from './clock.ts';
import { LockerId, Uuid } from './ids.ts';
import { UnixMs } from './units.ts';

/** A new version is a new number; readers refuse what they do not know. Each message names the version it came with. */
export const protocolVersion = 1;

export const Nonce = z
  .string()
  .regex(/^[0-9A-Za-z_-]{22}$/, 'a nonce is 16 bytes in base64url')
  .describe('16 random bytes in base64url, 22 characters.');
export type Nonce = z.infer<typeof Nonce>;

export const Hash = z
  .string()
  .regex(/^[0-9A-Za-z_-]{43}$/, 'a hash is 32 bytes in base64url')
  .describe('32 bytes in base64url, 43 characters: SHA-256, or HMAC-SHA-256 where said.');
export type Hash = z.infer<typeof Hash>;

export const PlanDigests = z
  .record(z.string(), Hash)
  .describe('One digest per bucket of the plan; a bucket is an item kind. Kinds without items are left out.');
export type PlanDigests = z.infer<typeof PlanDigests>;

const seq = z.int().min(0);
const epoch = z.int().min(0);

const v = z.literal(protocolVersion).describe('The protocol version.');
const incarnation = Uuid.describe("One life of the locker's local database.");
const agentNonce = Nonce.describe('Minted by the agent for this session.');
const serverNonce = Nonce.describe("Minted by the server in answer to the session's hello.");

const up = { v, locker: LockerId, incarnation, agentNonce };
const upFresh = { ...up, serverNonce };
const down = { v, locker: LockerId };
const downFresh = { ...down, incarnation, agentNonce, serverNonce };
/** Where the journal and the plan stand. */
const standing = {
  next: seq.describe('The sequence number that the next event will bear.'),
  head: Hash.describe("The chain's hash before `next`."),
  serverEpoch: epoch.describe('Of the plan in force: revisions are ordered by epoch first.'),
  rev: epoch.describe('The revision of the plan in force.'),
  digests: PlanDigests,
  clock: ClockClaim,
};

export const Hello = z
  .strictObject({
    ...up,
    type: z.literal('hello'),
    ...standing,
    trimmedTo: seq.describe("Events up to here are no longer on the locker's disk."),
    acked: seq.describe('The highest sequence number that the server acknowledged.'),
    version: z.string().max(40).describe("The agent's own version, for operators."),
    reborn: z
      .boolean()
      .describe('The database was lost: occupancy and redemptions are unknown until re-seeded.'),
  })
  .describe("Opens a session: where the locker's journal and plan stand. Since version 1.");
export type Hello = z.infer<typeof Hello>;

export const Events = z
  .strictObject({
    ...upFresh,
    type: z.literal('events'),
    first: seq.describe('The sequence number of the first item.'),
    headBefore: Hash.describe("The chain's hash before `first`."),
  })
  .describe('A batch of journal lines, in order. Items are event lines. Since version 1.');
export type Events = z.infer<typeof Events>;

export const Beat = z
  .strictObject({ ...upFresh, type: z.literal('beat'), ...standing })
  .describe('A sign of life, and the plan revision that is in force. Since version 1.');
export type Beat = z.infer<typeof Beat>;

export const Will = z
  .strictObject({ ...up, type: z.literal('will') })
  .describe("Left with the broker at CONNECT; says that the session's line broke. Since version 1.");
export type Will = z.infer<typeof Will>;

export const Want = z
  .strictObject({
    ...downFresh,
    type: z.literal('want'),
    ordinal: z.int().min(1).describe('The number that the server gave this incarnation, from 1.'),
    from: seq
      .min(1)
      .describe('The sequence number that the server wants next; everything below is committed.'),
    headBefore: Hash.describe("The chain's hash before `from`, as the server has it."),
    durable: z.strictObject({ ordinal: z.int().min(0), seq }).describe('The agent may trim up to here.'),
    serverEpoch: epoch.describe("Of the server's plan for this locker."),
    rev: epoch.describe("The revision of the server's plan for this locker."),
    now: UnixMs.describe("The server's time."),
    window: z.int().min(1).describe('Events that may be under way before the next want.'),
    spreadS: z
      .int()
      .min(0)
      .max(3600)
      .describe('After losing a healthy session the first attempt is spread over this many seconds.'),
    fence: z
      .enum(['replaced', 'revoked', 'cloned'])
      .optional()
      .describe('This incarnation is closed; the agent starts a new one.'),
  })
  .describe(
    "The server's only answer to a hello, a batch or a gap; sent after its commit, never before. Since version 1.",
  );
export type Want = z.infer<typeof Want>;

export const WantHello = z
  .strictObject({ ...down, type: z.literal('wantHello') })
  .describe(
    'Only asks for a hello, since the message it answers bore nonces that the server does not know. Since version 1.',
  );
export type WantHello = z.infer<typeof WantHello>;

export const Plan = z
  .strictObject({
    ...downFresh,
    type: z.literal('plan'),
    serverEpoch: epoch.describe('Revisions are ordered by epoch first.'),
    rev: epoch.describe('The revision that is in force once this is applied.'),
    body: z.discriminatedUnion('as', [
      z
        .strictObject({ as: z.literal('delta'), fromRev: epoch.describe('The revision that it follows.') })
        .describe('What changed since a revision.'),
      z
        .strictObject({
          as: z.literal('snapshot'),
          part: z.int().min(1).describe('From 1.'),
          parts: z.int().min(1).max(1000),
          digest: Hash.describe('Over the lines of all parts.'),
        })
        .describe('One part of the whole plan, which is swapped in once the digest matches.'),
    ]),
  })
  .describe('A part of the plan. Items are plan item lines. Since version 1.');
export type Plan = z.infer<typeof Plan>;

export const UpMessage = z.discriminatedUnion('type', [Hello, Events, Beat, Will]);
export type UpMessage = z.infer<typeof UpMessage>;
export const DownMessage = z.discriminatedUnion('type', [Want, WantHello, Plan]);
export type DownMessage = z.infer<typeof DownMessage>;
