import {
  AnyEvent,
  type EventKind,
  eventBodies,
  type PlanKind,
  PlanLine,
  planBodies,
  protocolVersion,
} from '@latchwork/shared';
import {
  eventLineSchema,
  type JsonSchema,
  jsonSchema,
  namedTypes,
  planLineSchema,
  schemasPath,
} from './schemas.ts';
import { type TopicName, type TopicRow, topicRows } from './topic-rows.ts';

const topics = Object.entries(topicRows) as [TopicName, TopicRow][];
const messages = new Map(
  topics.flatMap(([, row]) => Object.keys(row.messages).map((name) => [name, row] as const)),
);

/** The AsyncAPI 3.0 document, from the server's side: it receives what lockers send, and sends the rest. */
export function asyncApi(): object {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Latchwork protocol',
      version: `${protocolVersion}`,
      description:
        'What lockers and the server say to each other over MQTT 3.1.1 with QoS 1, as the server sees it. A payload ' +
        'of `up` and `down` topics is newline-delimited JSON whose last line is a seal: its schema here is the list ' +
        'of the parsed lines before the seal. See protocol.md for envelope, seal, sessions and journal.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/x-ndjson',
    channels: Object.fromEntries(topics.map(([name, row]) => [channelName(name), channel(name, row)])),
    operations: Object.fromEntries(
      topics.filter(([, row]) => count(row) > 0).map(([name, row]) => operation(name, row)),
    ),
    components: {
      parameters: {
        cell: { description: namedTypes.Cell.description },
        locker: { description: namedTypes.LockerId.description },
      },
      messages: Object.fromEntries([...messages].map(([name, row]) => [name, message(name, row)])),
      schemas: schemas(),
    },
  };
}

function channel(name: TopicName, row: TopicRow): object {
  const references = Object.keys(row.messages).map((each) => [
    each,
    { $ref: `#/components/messages/${each}` },
  ]);
  return {
    address: `lw${protocolVersion}/{cell}/{locker}/${name}`,
    description: `${row.says}${row.retained ? ' Retained.' : ''}`,
    ...(references.length > 0 ? { messages: Object.fromEntries(references) } : {}),
    parameters: {
      cell: { $ref: '#/components/parameters/cell' },
      locker: { $ref: '#/components/parameters/locker' },
    },
  };
}

function operation(name: TopicName, row: TopicRow): [string, object] {
  const channelPath = `#/channels/${channelName(name)}`;
  return [
    channelName(name),
    {
      action: row.publisher === 'server' ? 'send' : 'receive',
      channel: { $ref: channelPath },
      summary: row.says,
      messages: Object.keys(row.messages).map((each) => ({ $ref: `${channelPath}/messages/${each}` })),
      bindings: { mqtt: { qos: 1, retain: row.retained } },
    },
  ];
}

function message(name: string, row: TopicRow): object {
  const header = { $ref: `${schemasPath}${name}` };
  const item = row.items === 'events' ? 'EventLine' : 'PlanItemLine';
  const enveloped = {
    type: 'array',
    items: [header],
    minItems: 1,
    additionalItems: row.items === 'none' ? false : { $ref: `${schemasPath}${item}` },
  };
  const plain = row.publisher === 'server' && row.reader === 'operator';
  return {
    summary: row.messages[name]?.description,
    contentType: plain ? 'application/json' : 'application/x-ndjson',
    payload: plain ? header : enveloped,
  };
}

function schemas(): Record<string, JsonSchema> {
  const eventNames = Object.keys(eventBodies) as EventKind[];
  const planNames = Object.keys(planBodies) as PlanKind[];
  const reference = (name: string) => ({ $ref: `${schemasPath}${name}` });
  return Object.fromEntries([
    ...[...messages].map(([name, row]) => [name, jsonSchema(row.messages[name] ?? AnyEvent)]),
    [
      'EventLine',
      { anyOf: [...eventNames.map((kind) => reference(`event.${kind}`)), reference('AnyEvent')] },
    ],
    ...eventNames.map((kind) => [`event.${kind}`, eventLineSchema(kind)]),
    ['AnyEvent', jsonSchema(AnyEvent)],
    [
      'PlanItemLine',
      { anyOf: [...planNames.map((kind) => reference(`plan.${kind}`)), reference('AnyPlanLine')] },
    ],
    ...planNames.map((kind) => [`plan.${kind}`, planLineSchema(kind)]),
    ['AnyPlanLine', jsonSchema(PlanLine)],
    ...Object.entries(namedTypes).map(([name, schema]) => [name, jsonSchema(schema)]),
  ]);
}

/** `up/hello` as `upHello`. */
function channelName(name: TopicName): string {
  return name.replace(/\/(.)/, (_, first: string) => first.toUpperCase());
}

function count(row: TopicRow): number {
  return Object.keys(row.messages).length;
}
