import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { portNames } from '../start/ports.ts';
import { type Stack, startStack } from '../start/stack.ts';
import { temporaryFolder } from '../start/temporary-folder.ts';
import { openDoors, type PublicDoors } from './doors.ts';
import type { Moment } from './people.ts';
import { type Milestone, walkOneParcel } from './walk.ts';

const moments: readonly (Moment | Milestone)[] = [
  'booked',
  'code in the mail',
  'badge scanned',
  'door open for the deposit',
  'parcel in',
  'door shut on the parcel',
  'deposited',
  'code typed',
  'door open for the pick-up',
  'parcel taken',
  'door shut again',
  'collected',
];

let stack: Stack;
let doors: PublicDoors;
const folder = temporaryFolder('latchwork-kill-');

beforeAll(async () => {
  const ports = Object.fromEntries(portNames.map((name) => [name, 0]));
  // A short grace period, so that slots are free again for the next walk.
  stack = await startStack({ folder, ports, policy: ['reopenGraceS=2', 'settleS=20'], say: () => undefined });
  doors = openDoors(stack.urls);
});

afterAll(async () => {
  doors?.close();
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(['agent', 'server'] as const)('kill -9 of the %s', (victim) => {
  it.each(moments)('when %s, and a new start, end as if nothing had happened', async (moment) => {
    const at = async (now: Moment | Milestone) => {
      if (now !== moment) return;
      await stack.kill(victim);
      await stack.start(victim);
    };
    const { lockerId, badge } = stack.demo;
    const { bookingId } = await walkOneParcel({
      doors,
      lockerId,
      badge,
      offline: false,
      at,
      step: () => undefined,
    });
    const facts = await factsOf(bookingId);
    expect(facts.filter((kind) => kind === 'package.deposited')).toHaveLength(1);
    expect(facts.filter((kind) => kind === 'package.collected')).toHaveLength(1);
    const { doors: cabinet } = Cabinet.parse((await doors.panel('/cabinet', undefined)).body);
    expect(cabinet.filter((door) => door.open || door.parcel)).toEqual([]);
  });
});

const Cabinet = z.looseObject({ doors: z.array(z.looseObject({ open: z.boolean(), parcel: z.boolean() })) });
const Events = z.looseObject({
  events: z.array(
    z.looseObject({ kind: z.string(), body: z.looseObject({ booking: z.string().optional() }) }),
  ),
});

async function factsOf(bookingId: string): Promise<string[]> {
  const { body } = await doors.http('GET', `/v1/ops/events?locker=${stack.demo.lockerId}&limit=200`);
  return Events.parse(body)
    .events.filter((event) => event.body.booking === bookingId)
    .map((event) => event.kind);
}
