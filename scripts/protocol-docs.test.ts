import { createHash, createHmac, createPublicKey, hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  alarms,
  denials,
  downKinds,
  eventBodies,
  limits,
  opsKinds,
  planBodies,
  problems,
  upKinds,
  verifyPass,
} from '@latchwork/shared';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { protocolDocs, refreshCommand } from './protocol-docs.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const page = read('docs/protocol.md');
const topics = [
  ...upKinds.map((kind) => `up/${kind}`),
  ...downKinds.map((kind) => `down/${kind}`),
  ...opsKinds.map((kind) => `ops/${kind}`),
];

/** A value of the worked examples: the one fenced block of that name. */
function example(name: string): string {
  const blocks = [...page.matchAll(new RegExp(`^\`\`\`text ${name}\\n([^\`]*)\\n\`\`\`$`, 'gm'))];
  expect(blocks, name).toHaveLength(1);
  return blocks[0]?.[1] ?? '';
}

describe.each(Object.entries(protocolDocs()))('%s', (path, made) => {
  it('is what the schemas say now', () => {
    expect(read(path) === made, `${path} is stale. To refresh it: ${refreshCommand}`).toBe(true);
  });
});

describe('the worked example, by plain node:crypto', () => {
  const key = Buffer.from(example('key'), 'hex');
  const derived = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `latchwork 1 ${purpose}`, 32));
  const envelope = example('envelope');
  const [header = '', line = '', seal = '', ...rest] = envelope.split('\n');

  it('derives its keys', () => {
    expect(key.toString('hex')).toBe(
      Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(2, '0')).join(''),
    );
    expect(example('up')).toBe(derived('seal up').toString('hex'));
    expect(example('down')).toBe(derived('seal down').toString('hex'));
    expect(example('code-checking')).toBe(derived('code checking').toString('hex'));
    expect(example('broker-password')).toBe(derived('broker password').toString('base64url'));
  });

  it('seals its envelope', () => {
    expect(rest).toEqual([]);
    const sealed = Buffer.from(`${example('topic')}\n${header}\n${line}\n`);
    expect(seal).toBe(createHmac('sha256', derived('seal up')).update(sealed).digest('base64url'));
  });

  it('chains its journal', () => {
    const { locker, incarnation, headBefore } = JSON.parse(header);
    const start = createHash('sha256').update(`latchwork journal 1\n${locker}\n${incarnation}`).digest();
    const next = createHash('sha256').update(start).update(line).digest();
    expect(example('hash-0')).toBe(start.toString('base64url'));
    expect(headBefore).toBe(start.toString('base64url'));
    expect(example('hash-1')).toBe(next.toString('base64url'));
  });

  it('makes its code', () => {
    const { locker } = JSON.parse(header);
    const booking = /For booking `(.+?)`/.exec(page)?.[1];
    const mac = createHmac('sha256', key).update(`code\n${locker}\n${booking}\n0`).digest();
    expect(example('code')).toBe(`${mac.readBigUInt64BE() % 100_000_000n}`.padStart(8, '0'));
    const hash = createHmac('sha256', derived('code checking'))
      .update(`code\n${example('code')}`)
      .digest('base64url');
    expect(example('code-hash')).toBe(hash);
  });

  it('signs its pass', () => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: example('pass-public-key') };
    const keyId = /issuer's key `(.+?)`/.exec(page)?.[1] ?? '';
    const verified = verifyPass(
      example('pass'),
      new Map([[keyId, createPublicKey({ key: jwk, format: 'jwk' })]]),
    );
    expect(verified).toMatchObject({ ok: true, keyId, claims: { locker: JSON.parse(header).locker } });
  });
});

describe('the page', () => {
  it.each([
    ['topic', topics],
    ['event kind', Object.keys(eventBodies)],
    ['plan kind', Object.keys(planBodies)],
    ['limit', Object.keys(limits)],
    ['denial', denials],
    ['problem', problems],
  ])('names every %s', (_, words) => {
    for (const word of words) expect(page).toContain(`\`${word}\``);
  });

  it('names every alarm with its meaning', () => {
    for (const [name, meaning] of Object.entries(alarms))
      expect(page).toContain(`| \`"${name}"\` | ${meaning} |`);
  });

  it('links only to headings that it has, each once', () => {
    const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    );
    const targets = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, target]) => target ?? '');
    expect(targets.length).toBeGreaterThan(50);
    for (const target of new Set(targets))
      expect(
        anchors.filter((anchor) => anchor === target),
        target,
      ).toHaveLength(1);
  });

  it('has no placeholder left', () => {
    expect(page).not.toMatch(/\{\{|undefined|\[object/);
  });
});

/** As much of the AsyncAPI 3.0.0 schema as the document uses; unknown fields are refused. */
const Reference = z.strictObject({ $ref: z.string().startsWith('#/') });
const AsyncApi = z.strictObject({
  asyncapi: z.literal('3.0.0'),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    description: z.string(),
    license: z.strictObject({ name: z.string(), url: z.url() }),
  }),
  defaultContentType: z.string(),
  channels: z.record(
    z.string().regex(/^[A-Za-z]+$/),
    z.strictObject({
      address: z.string(),
      description: z.string(),
      messages: z.record(z.string(), Reference).optional(),
      parameters: z.record(z.string(), Reference),
    }),
  ),
  operations: z.record(
    z.string(),
    z.strictObject({
      action: z.enum(['send', 'receive']),
      channel: Reference,
      summary: z.string(),
      messages: z.array(Reference).min(1),
      bindings: z.strictObject({ mqtt: z.strictObject({ qos: z.literal(1), retain: z.boolean() }) }),
    }),
  ),
  components: z.strictObject({
    parameters: z.record(z.string(), z.strictObject({ description: z.string() })),
    messages: z.record(
      z.string().regex(/^[\w.-]+$/),
      z.strictObject({
        summary: z.string(),
        contentType: z.string(),
        payload: z.record(z.string(), z.unknown()),
      }),
    ),
    schemas: z.record(z.string().regex(/^[\w.-]+$/), z.record(z.string(), z.unknown())),
  }),
});

describe('the AsyncAPI document', () => {
  const raw: unknown = parse(read('docs/asyncapi.yaml'));
  const document = AsyncApi.parse(raw);

  it('has every topic, with the parameters that its address names', () => {
    expect(Object.values(document.channels).map(({ address }) => address)).toEqual(
      topics.map((topic) => `lw1/{cell}/{locker}/${topic}`),
    );
    for (const { parameters } of Object.values(document.channels))
      expect(Object.keys(parameters)).toEqual(['cell', 'locker']);
  });

  it('has an operation for every channel with messages, and only retains a status', () => {
    for (const [name, channel] of Object.entries(document.channels)) {
      const operation = document.operations[name];
      expect(operation?.messages.length, name).toBe(channel.messages && Object.keys(channel.messages).length);
      if (operation) expect(operation.action).toBe(name.startsWith('up') ? 'receive' : 'send');
      if (operation) expect(operation.bindings.mqtt.retain).toBe(name === 'opsStatus');
    }
  });

  it('has a schema of every kind of event and plan item', () => {
    for (const kind of Object.keys(eventBodies))
      expect(document.components.schemas).toHaveProperty([`event.${kind}`]);
    for (const kind of Object.keys(planBodies))
      expect(document.components.schemas).toHaveProperty([`plan.${kind}`]);
  });

  it('refers only to what it has', () => {
    const references = [...JSON.stringify(raw).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, path]) => path ?? '',
    );
    expect(references.length).toBeGreaterThan(100);
    for (const path of new Set(references)) {
      const target = path
        .split('/')
        .reduce<unknown>((at, step) => (at as Record<string, unknown>)?.[step], raw);
      expect(target, path).toBeTypeOf('object');
    }
  });
});
