import { readFileSync, type Stats, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { EnrolAnswer } from '@latchwork/shared';
import { z } from 'zod';
import { isLineUrl, LINE_URL_HINT } from './adapters/byte-stream/line-from-url.ts';
import { CabinetFile } from './adapters/doors/cabinet-file.ts';
import { pathsIn } from './data-folder.ts';
import { parseJsonFile } from './json-file.ts';
import { SetupError } from './setup-error.ts';

/** The password travels beside the address, never in it, since addresses are logged. */
export const BrokerUrl = z.string().refine((text) => {
  const url = URL.parse(text);
  return (
    url !== null &&
    /^(mqtts?|wss?):$/.test(url.protocol) &&
    url.hostname !== '' &&
    !url.username &&
    !url.password
  );
}, 'a broker is mqtt://, mqtts://, ws:// or wss:// and a host, without a password');

export const ScannerUrl = z.string().refine(isLineUrl, LINE_URL_HINT);

/** `agent.json` in the data folder. */
export const AgentFile = z.strictObject({
  brokerUrl: BrokerUrl,
  /** Whose word is taken for a broker reached by TLS: the authority of the enrolment, or those that this machine trusts. */
  brokerAuthority: z.enum(['enrolled', 'system']).default('enrolled'),
  /** Where the certificate is renewed; without it, it is not. */
  renewalUrl: z.url({ protocol: /^https$/ }).optional(),
  /** On loopback; 0 for any free one. */
  kioskPort: z.int().min(0).max(65_535).default(8090),
  /** How the cabinet is wired, or the path of a file that says it, from this folder. */
  cabinet: z.union([z.string().min(1), CabinetFile]).optional(),
  scanner: z
    .strictObject({ url: ScannerUrl, baudRate: z.int().min(300).max(921_600).default(9_600) })
    .optional(),
});
export type AgentFile = z.infer<typeof AgentFile>;

/** `locker.key` in the data folder: who this locker is, and the key from which all its others derive. */
export const LockerKeyFile = EnrolAnswer.pick({ lockerId: true, lockerKey: true });
export type LockerKeyFile = z.infer<typeof LockerKeyFile>;

export interface AgentConfig extends Omit<AgentFile, 'cabinet'>, LockerKeyFile {
  cabinet: CabinetFile;
}

/** What the command line says over the file. */
export interface ConfigOverrides {
  brokerUrl?: string | undefined;
  kioskPort?: number | undefined;
  /** A path, from the working directory. */
  cabinet?: string | undefined;
  scanner?: string | undefined;
}

/** Reads both files of a data folder, and the cabinet's. Throws {@link SetupError} that names the file and what is wrong. */
export function loadConfig(folder: string, overrides: ConfigOverrides = {}): AgentConfig {
  const paths = pathsIn(folder);
  const key = readKey(paths.key);
  const file = readJson(paths.config, AgentFile);
  return {
    ...file,
    ...key,
    brokerUrl: overrides.brokerUrl ?? file.brokerUrl,
    kioskPort: overrides.kioskPort ?? file.kioskPort,
    cabinet: cabinetOf(folder, file, overrides.cabinet),
    ...(overrides.scanner === undefined
      ? {}
      : { scanner: { baudRate: file.scanner?.baudRate ?? 9_600, url: overrides.scanner } }),
  };
}

/** The cabinet of a data folder, or of `override` instead. Needs no key. Throws {@link SetupError}. */
export function loadCabinet(folder: string, override?: string): CabinetFile {
  return override === undefined
    ? cabinetOf(folder, readJson(pathsIn(folder).config, AgentFile))
    : readCabinet(override);
}

function cabinetOf(folder: string, file: AgentFile, override?: string): CabinetFile {
  if (override !== undefined) return readCabinet(override);
  const { cabinet } = file;
  if (cabinet === undefined)
    throw new SetupError(
      'config',
      `${pathsIn(folder).config} does not say how the cabinet is wired: give its file with --cabinet`,
    );
  if (typeof cabinet !== 'string') return cabinet;
  return readCabinet(isAbsolute(cabinet) ? cabinet : join(folder, cabinet));
}

export function readCabinet(path: string): CabinetFile {
  return readJson(path, CabinetFile);
}

/** What is in the file; undefined where there is none. */
export function readJson<T>(path: string, schema: z.ZodType<T>): T {
  const text = readText(path);
  const parsed = parseJsonFile(path, text, schema);
  if (parsed.ok) return parsed.data;
  const errors = parsed.errors.join('\n');
  throw new SetupError('config', parsed.json ? `${path} is wrong:\n${errors}` : errors);
}

/** The text of a file. Throws {@link SetupError} that names it. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw cannotRead(path, cause);
  }
}

function readKey(path: string): LockerKeyFile {
  let stat: Stats | undefined;
  try {
    stat = statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw cannotRead(path, cause);
  }
  if (!stat)
    throw new SetupError(
      'not enrolled',
      `there is no ${path}: enrol this locker first, with 'agent enrol --server URL --claim CODE --data DIR'`,
    );
  if ((stat.mode & 0o077) !== 0)
    throw new SetupError(
      'config',
      `others may read ${path}, which opens this locker: run 'chmod 600 ${path}'`,
    );
  return readJson(path, LockerKeyFile);
}

function cannotRead(path: string, cause: unknown): SetupError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new SetupError('config', `cannot read ${path}: ${why}`, cause);
}
