import { z } from 'zod';
import { OpsSlot } from './ops-schemas.ts';

/** What `/v1/ops/lockers/{id}/doors` gives: how each door did of late, as its locker counted it. */

const count = z.int().min(0);

export const OpsOpenings = z
  .strictObject({
    openings: count.describe('That were pulsed at least once and came to an end.'),
    stuck: count.describe('Of these, never opened.'),
    firstOpenPercent: z
      .int()
      .min(0)
      .max(100)
      .nullable()
      .describe('How many of 100 were opened by the first pulse; null where there were none.'),
    opensInMs: count.nullable().describe('From pulse to open, on average; null where never timed.'),
  })
  .meta({ id: 'OpsOpenings' });
export type OpsOpenings = z.infer<typeof OpsOpenings>;

const periods = {
  days7: OpsOpenings.describe('Today and the 6 days before, in UTC.'),
  days30: OpsOpenings.describe('Today and the 29 days before, in UTC.'),
};

export const OpsDoor = OpsSlot.pick({
  slot: true,
  size: true,
  status: true,
  faulty: true,
  faultReason: true,
  occupancy: true,
  door: true,
  boardLost: true,
})
  .extend({
    wearing: z
      .enum(['opens later', 'needs more attempts'])
      .nullable()
      .describe('The sign by which its latch seems to wear; null where it does as it did.'),
    ...periods,
  })
  .meta({ id: 'OpsDoor' });
export type OpsDoor = z.infer<typeof OpsDoor>;

export const OpsDoors = z
  .strictObject({
    doors: z
      .array(OpsDoor)
      .describe(
        'The worst first: out of service by their locker, then wearing, then by how seldom the first pulse opens them.',
      ),
    site: z.strictObject(periods).describe('All doors at the same location, of every locker there.'),
  })
  .meta({ id: 'OpsDoors' });
export type OpsDoors = z.infer<typeof OpsDoors>;
