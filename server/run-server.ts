import { resolve } from 'node:path';
import { lockerKeys, openAuthority, serverUser, spreadCouriers } from './access/index.ts';
import { startExpirySweep } from './booking/index.ts';
import { type BrokerLink, createBrokerLink, createDownlink } from './broker/index.ts';
import type { RunOptions } from './config.ts';
import { startDailyJob } from './daily-job.ts';
import { type DeviceDoor, openDeviceDoor } from './device-door.ts';
import { createEventProcessor, quietLockersIn } from './events/index.ts';
import { type Foundation, type Machine, openFoundation } from './foundation.ts';
import type { BrokerAddresses } from './http/index.ts';
import { startHttp } from './http-door.ts';
import { smtpMailer, startNotifier } from './notifications/index.ts';
import { type OpenBroker, openBroker, ownNames } from './open-broker.ts';
import { startOpsPublisher } from './ops/index.ts';
import { packageFacts, quietFacts, slotFacts } from './packages/index.ts';
import { createPlanSender } from './plan/index.ts';
import { portTaken } from './setup-error.ts';

/** A whole server in this process. */
export interface RunningServer {
  /** `http://127.0.0.1:8080` */
  http: string;
  /** Where lockers find the broker. */
  broker: BrokerAddresses;
  /** Resolves, with why, when the database that belongs to this server ended by itself. */
  lost: Promise<string>;
  /** Ends what is under way, in order; whatever was answered is committed. */
  stop(): Promise<void>;
}

/**
 * Starts everything in order, each part on what is already running. When one cannot start, those before it are
 * stopped again and its error is thrown: SetupError, DatabaseError or AccessError for what a person can mend.
 */
export async function runServer(options: RunOptions, machine: Machine): Promise<RunningServer> {
  const closers: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const foundation = await openFoundation(options, { ...machine, whenRunning: 'refuse' });
    closers.push(foundation.close);
    const { database, ring, ledger } = foundation;
    const authority = await openAuthority(database.db, {
      path: resolve(options.data, 'authority.json'),
      nowMs: machine.clock.nowMs(),
      random: machine.random,
    });
    const parts = { db: database.db, pool: database.pool, ledger, ring, authority, ...machine };
    closers.push(startDailyJob(parts).stop);
    const broker = await openBroker(options, parts, machine);
    closers.push(broker.stop);
    closers.push(await processEvents(broker, foundation, machine));
    await spreadCouriers(parts);
    closers.push(startExpirySweep(parts, machine.logger).stop);
    const smtpUrl = options['smtp-url'];
    if (smtpUrl === undefined) machine.logger.warn('no --smtp-url is given: messages to recipients wait');
    else {
      const mailer = smtpMailer(smtpUrl, options['mail-from']);
      closers.push(startNotifier({ ...parts, mailer }).stop);
    }
    const deviceDoor = await deviceDoorOf(options, parts);
    if (deviceDoor) closers.push(deviceDoor.stop);
    const http = await startHttp(parts, {
      port: options['http-port'],
      links: options.link,
      broker: broker.addresses,
      renewal: deviceDoor?.url,
    });
    closers.push(http.stop);
    machine.logger.warn(
      { http: http.url },
      'there are no accounts yet, so the server listens to this machine alone: put nothing in front of it',
    );
    return { http: http.url, broker: broker.addresses, lost: database.lost, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function deviceDoorOf(
  { 'device-port': port, 'tls-host': host }: RunOptions,
  parts: Parameters<typeof openDeviceDoor>[1],
): Promise<DeviceDoor | undefined> {
  if (port === undefined) return undefined;
  const own = await parts.authority.certifyServer(ownNames(host));
  return openDeviceDoor({ port, host, own }, parts).catch((error: unknown) => {
    throw portTaken(error, '--device-port');
  });
}

/** Everything that speaks with lockers and operators over the broker. Resolves with how to stop it. */
async function processEvents(
  broker: OpenBroker,
  { database, ring, ledger }: Foundation,
  machine: Machine,
): Promise<() => Promise<void>> {
  const { db } = database;
  const keysOf = lockerKeys(db, ring, machine.clock);
  const link = connectLink(broker, machine);
  const plan = createPlanSender({ ledger, downlink: createDownlink(link, keysOf), ...machine });
  const ops = startOpsPublisher({ ledger, db, link, ...machine });
  const processor = createEventProcessor({
    ledger,
    link,
    keysOf,
    plan,
    handlers: { ...packageFacts, ...slotFacts, ...quietFacts },
    quietLockers: quietLockersIn(db),
    spreadS: await spreadSecondsFor(database),
    onHeard: ops.touch,
    ...machine,
  });
  processor.start();
  return async () => {
    await processor.stop();
    await ops.stop();
    await link.stop();
  };
}

/** With credentials of its own in the address of an outside broker, or those that the embedded one knows. */
function connectLink({ url, ownPassword }: OpenBroker, machine: Machine): BrokerLink {
  const address = new URL(url);
  const { username, password } = address;
  address.username = address.password = '';
  const name = username === '' ? serverUser : decodeURIComponent(username);
  return createBrokerLink({
    url: address.href,
    username: name,
    password: username === '' ? ownPassword : decodeURIComponent(password),
    clientId: `${name}:${Buffer.from(machine.random.bytes(8)).toString('hex')}`,
    subscriptions: ['lw1/+/+/up/+'],
    ...machine,
  });
}

/** A fleet that lost its broker returns at about a hundred lockers a second. */
const lockersPerSecond = 100;
const spreadSecondsMax = 300;

async function spreadSecondsFor({ db }: Foundation['database']): Promise<number> {
  const { count } = await db
    .selectFrom('locker')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Math.min(spreadSecondsMax, Math.max(1, Math.ceil(count / lockersPerSecond)));
}
