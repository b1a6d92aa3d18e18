import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { EnrolAnswer } from '@latchwork/shared';
import { openDatabase } from './adapters/store/open-database.ts';
import { askServer } from './ask-server.ts';
import { AgentFile, readCabinet, readJson } from './config.ts';
import { pathsIn, prepareDataFolder, writeWhole } from './data-folder.ts';
import { belongsTogether, makeDeviceKey } from './device-key.ts';
import type { Identity } from './identity.ts';
import type { Clock } from './ports/clock.ts';
import { StoreError } from './ports/store.ts';
import { SetupError } from './setup-error.ts';

export interface EnrolOptions {
  server: string;
  claim: string;
  folder: string;
  /** A file that says how the cabinet is wired; a copy is kept. */
  cabinet?: string | undefined;
  /** The folder belonged to a locker before: its database is put aside. */
  replace: boolean;
  clock: Clock;
}

/**
 * Spends the claim at the server and makes the data folder of this locker. A claim is good for one use, so everything
 * that can be wrong here is found before it is spent. Throws {@link SetupError}.
 */
export async function enrol(options: EnrolOptions): Promise<{ lockerId: string }> {
  const { folder, replace } = options;
  const url = enrolUrl(options.server);
  const cabinet = options.cabinet === undefined ? undefined : readCabinet(options.cabinet);
  prepareDataFolder(folder);
  const paths = pathsIn(folder);
  const before = existsSync(paths.config) && replace ? readJson(paths.config, AgentFile) : undefined;
  if (existsSync(paths.key) || existsSync(paths.database)) {
    if (!replace)
      throw new SetupError(
        'already enrolled',
        `${folder} belongs to a locker already: choose another folder, or say --replace to give it up`,
      );
    assertNoAgentRuns(paths.database);
  }

  const { key, request } = await makeDeviceKey();
  const answer = await askServer(url, { claim: options.claim, request }, options.clock);
  const { lockerId, lockerKey, broker } = answer;
  const identity = identityOf(answer, key);
  const secured = identity && (broker.mqtts ?? broker.wss);
  const brokerUrl = secured ?? broker.mqtt ?? broker.ws;
  // What is told without asking for a certificate has a name in the world, and somebody else's word for it.
  const brokerAuthority = secured === undefined ? 'system' : 'enrolled';
  const config = AgentFile.safeParse({
    ...before,
    brokerUrl,
    brokerAuthority,
    renewalUrl: answer.renewal,
    ...(cabinet && { cabinet }),
  });
  if (!config.success) throw new SetupError('server', 'the server named no broker that this agent can use');
  putAside(folder);
  if (identity) {
    writeWhole(paths.deviceKey, identity.key);
    writeWhole(paths.certificate, identity.certificate);
    writeWhole(paths.authority, identity.authority);
  }
  writeWhole(paths.config, `${JSON.stringify(config.data, null, 2)}\n`);
  // Last, since the key is what makes the folder an enrolled one.
  writeWhole(paths.key, `${JSON.stringify({ lockerId, lockerKey })}\n`);
  return { lockerId };
}

/** Undefined where the server signs no certificates: then only a line within one machine can be used. */
function identityOf(answer: EnrolAnswer, key: string): Identity | undefined {
  const { certificate, authority, lockerId } = answer;
  if (certificate === undefined || authority === undefined) return undefined;
  const identity = { key, certificate, authority };
  if (!belongsTogether(identity, lockerId))
    throw new SetupError('server', 'the server gave a certificate that is not for this locker and its key');
  return identity;
}

function enrolUrl(server: string): URL {
  const url = URL.parse(server);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new SetupError('usage', `--server is an address such as https://lockers.example, not ${server}`);
  if (url.protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(url.hostname))
    throw new SetupError(
      'usage',
      'a claim travels by https: plain http is for a server on this machine only',
    );
  return new URL('v1/enrol', url.href.endsWith('/') ? url.href : `${url.href}/`);
}

function assertNoAgentRuns(database: string): void {
  if (!existsSync(database)) return;
  try {
    openDatabase(database).close();
  } catch (error) {
    // A database that cannot be read is a good reason to replace it; one in use is none.
    if (error instanceof StoreError && error.code === 'in use')
      throw new SetupError('already enrolled', error.message, error);
  }
}

/** Keeps what the locker before had written, for whoever wants to know. */
function putAside(folder: string): void {
  const identity = ['device.key', 'device.crt', 'authority.crt'];
  const names = ['agent.db', 'agent.db-wal', 'agent.db-shm', 'locker.key', ...identity];
  const there = names.filter((name) => existsSync(join(folder, name)));
  if (there.length === 0) return;
  let count = 1;
  while (existsSync(join(folder, `replaced-${count}`))) count += 1;
  const aside = join(folder, `replaced-${count}`);
  mkdirSync(aside, { mode: 0o700 });
  for (const name of there) renameSync(join(folder, name), join(aside, name));
}
