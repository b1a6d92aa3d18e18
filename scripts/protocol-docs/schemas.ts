import * as shared from '@latchwork/shared';
import { z } from 'zod';

/** As much of JSON Schema, draft 7, as zod makes of our schemas. */
export interface JsonSchema {
  $ref?: string;
  allOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  type?: string;
  description?: string;
  const?: unknown;
  enum?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  items?: JsonSchema | JsonSchema[];
  additionalItems?: JsonSchema | false;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
}

export const schemasPath = '#/components/schemas/';

/** Schemas that others refer to by name, in the order of the page. */
export const namedTypes = {
  UnixMs: shared.UnixMs,
  Uuid: shared.Uuid,
  EntityId: shared.EntityId,
  Cell: shared.Cell,
  LockerId: shared.LockerId,
  SlotNumber: shared.SlotNumber,
  SlotSize: shared.SlotSize,
  ShortText: shared.ShortText,
  Barcode: shared.Barcode,
  Nonce: shared.Nonce,
  Hash: shared.Hash,
  ClockState: shared.ClockState,
  ClockClaim: shared.ClockClaim,
  PlanDigests: shared.PlanDigests,
  Purpose: shared.Purpose,
  Authority: shared.Authority,
} as const;

/** A schema with references to {@link namedTypes}, save to itself where it is one of them. */
export function jsonSchema(schema: z.ZodType): JsonSchema {
  const names = z.registry<{ id: string }>();
  for (const [id, named] of Object.entries(namedTypes)) if (named !== schema) names.add(named, { id });
  const made = z.toJSONSchema(schema, {
    target: 'draft-7',
    metadata: names,
    override: ({ zodSchema, jsonSchema }) => {
      const description = z.globalRegistry.get(zodSchema)?.description;
      if (description !== undefined) jsonSchema.description = description;
    },
  });
  const { $schema: _, definitions: __, ...rest } = made;
  return JSON.parse(JSON.stringify(rest).replaceAll('#/definitions/', schemasPath));
}

/** The whole line of one kind of event, where the body's fields stand beside those of every event. */
export function eventLineSchema(kind: shared.EventKind): JsonSchema {
  const body = shared.eventBodies[kind];
  const line = z.strictObject({ ...shared.AnyEvent.shape, kind: z.literal(kind), ...body.shape });
  return jsonSchema(body.description === undefined ? line : line.describe(body.description));
}

export function planLineSchema(kind: shared.PlanKind): JsonSchema {
  const [line] = shared.PlanLine.options;
  return jsonSchema(line.extend({ kind: z.literal(kind), body: shared.planBodies[kind] }));
}
