import { Cell, LockerId, planBodies, type SlotSize, slotSizes } from '@latchwork/shared';
import { z } from 'zod';
import { operatorRoles } from './access/index.ts';

/** What every command takes, and the environment variable that stands in for an option. */
export const environment: Record<string, string> = {
  data: 'LATCHWORK_DATA',
  'database-url': 'DATABASE_URL',
  'http-port': 'HTTP_PORT',
  'mqtt-port': 'MQTT_PORT',
  'ws-port': 'WS_PORT',
  'mqtts-port': 'MQTTS_PORT',
  'wss-port': 'WSS_PORT',
  'device-port': 'DEVICE_PORT',
  'tls-host': 'TLS_HOST',
  'smtp-url': 'SMTP_URL',
  'mail-from': 'MAIL_FROM',
  'broker-url': 'BROKER_URL',
};

const text = z.string().trim().min(1, 'must not be empty').max(200, 'is too long');
/** Also a mail's subject or a line on a screen: nothing that breaks lines or hides. */
const words = text.regex(/^[^\p{Cc}\p{Cf}]*$/u, 'must be plain words');
const port = z
  .string()
  .regex(/^\d{1,5}$/, 'is no port')
  .transform(Number)
  .pipe(z.int().max(65_535, 'is no port'));
const urlOf = (protocol: RegExp, example: string) =>
  z.url({ protocol, error: `must be an address such as ${example}` });
const country = z
  .string()
  .regex(/^[a-z]{2}$/, 'is a country of two letters in lower case, such as gb')
  .pipe(Cell);

const database = {
  data: text.default('.latchwork/server'),
  // What follows is for the database's own reader: a socket's address, for one, has no host.
  'database-url': z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must be an address such as postgres://user@host/database')
    .optional(),
};

export const RunOptions = z.strictObject({
  ...database,
  'http-port': port.default(8080),
  'mqtt-port': port.default(1883),
  'ws-port': port.default(8084),
  'mqtts-port': port.optional(),
  'wss-port': port.optional(),
  'device-port': port.optional(),
  // A name or an address, as it stands in the URL that lockers are told.
  'tls-host': z.hostname('is no host name').or(z.ipv4()).optional(),
  'smtp-url': urlOf(/^smtps?$/, 'smtp://127.0.0.1:25').optional(),
  'mail-from': words.default('Latchwork <latchwork@localhost>'),
  'broker-url': urlOf(/^(mqtts?|wss?)$/, 'mqtt://host:1883').optional(),
  link: z
    .array(
      z
        .string()
        .regex(/^[^=]{1,40}=https?:\/\/.+$/, 'must be NAME=URL')
        .transform((pair) => {
          const at = pair.indexOf('=');
          return { name: pair.slice(0, at), url: pair.slice(at + 1) };
        })
        .pipe(z.strictObject({ name: words, url: z.url() })),
    )
    .max(20)
    .default([]),
});
export type RunOptions = z.infer<typeof RunOptions>;

const degrees = (most: number) =>
  z
    .string()
    .regex(/^-?\d{1,3}(\.\d+)?$/, 'must be decimal degrees')
    .transform(Number)
    .pipe(z.number().min(-most, 'is off the map').max(most, 'is off the map'));

/** `S:6,M:6,L:4`: sixteen slots, numbered in this order. */
const slots = z
  .string()
  .regex(/^[SML]:\d{1,3}(,[SML]:\d{1,3})*$/, `must be like S:6,M:6,L:4, of the sizes ${slotSizes.join(', ')}`)
  .transform((list) =>
    list.split(',').flatMap((part): SlotSize[] => {
      const [size, count] = part.split(':');
      return Array(Number(count)).fill(size);
    }),
  )
  .pipe(z.array(z.enum(slotSizes)).min(1, 'must be at least one slot').max(999, 'are too many slots'));

/** How a locker behaves unless told otherwise; seconds where a name ends in S. */
const policyDefaults = {
  unknownBarcodes: 'accept',
  reopenGraceS: 300,
  visitIdleS: 30,
  settleS: 8,
  leftOpenS: 120,
} as const;

const Policy = planBodies.policy.omit({ lockerName: true, helpNumber: true });
const policy = z
  .array(z.string().regex(/^[A-Za-z]+=.+$/, 'must be KEY=VALUE'))
  .default([])
  .transform((pairs): unknown => ({ ...policyDefaults, ...Object.fromEntries(pairs.map(policyPair)) }))
  .pipe(Policy);

function policyPair(pair: string): [string, string | number] {
  const at = pair.indexOf('=');
  const value = pair.slice(at + 1);
  return [pair.slice(0, at), /^\d+$/.test(value) ? Number(value) : value];
}

export const LockerCreateOptions = z.strictObject({
  ...database,
  name: words,
  address: words,
  lat: degrees(90),
  long: degrees(180),
  pincode: text.regex(/^[A-Za-z0-9][A-Za-z0-9 -]{1,11}$/, 'is no pincode').toUpperCase(),
  country,
  'time-zone': text.refine(isTimeZone, 'is no time zone, such as Europe/London'),
  slots,
  'help-number': words.default(''),
  policy,
});

export const OneLockerOptions = z.strictObject({ ...database, locker: LockerId });

export const CourierAddOptions = z.strictObject({ ...database, name: words, carrier: words, country });

export const OperatorAddOptions = z.strictObject({
  ...database,
  name: words.max(64),
  role: z.enum(operatorRoles),
  out: text,
});

export type DatabaseOptions = Pick<RunOptions, keyof typeof database>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
