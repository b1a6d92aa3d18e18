import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { addLocker, enrol, openFoundation, realClock, realRandom, stderrLogger } from '@latchwork/server';
import type { Pool } from 'pg';
import { createTestDatabase, startTestCluster } from '../../server/database/testing.ts';
import type { Bench, BenchPlace, Figures } from './bench.ts';
import { startBenchChild } from './bench-child.ts';
import { cpuSeconds, cpuSecondsOfDatabase } from './cpu-seconds.ts';
import { median, rounded, spread } from './statistics.ts';
import { unnestFloor } from './unnest-floor.ts';

const lockers = 200;
const rounds = 5;
const eventsPerLocker = 144;
const root = resolve(import.meta.dirname, '../..');

/** From lockers' batches published over MQTT to the wants that say they are committed. */
export const ingest: Bench = {
  name: 'ingest',
  says: 'events a second from MQTT publish to PostgreSQL commit and want, 200 lockers in batches',
  load: `${rounds} rounds of ${lockers} lockers with ${eventsPerLocker} facts each (8 parcels brought and fetched) in one process, server/main.ts with its own broker in another, PostgreSQL with fsync; after each round the same log rows by unnest over one connection`,
  reach: { ratio: "events a second by the plain inserts' rows a second", atLeast: 0.25 },
  run: measure,
};

async function measure(place: BenchPlace): Promise<Figures> {
  const { folder, say, atEnd } = place;
  say('starting PostgreSQL and the server');
  const cluster = await startTestCluster({ fsync: 'on' });
  atEnd(cluster.stop);
  const database = await createTestDatabase(cluster);
  atEnd(database.drop);
  const data = join(folder, 'server');
  const where = ['--data', data, '--database-url', database.url];
  const ports = ['--http-port', '0', '--mqtt-port', '0', '--ws-port', '0'];
  const server = await startBenchChild(place, {
    name: 'server',
    args: [join(root, 'server/main.ts'), 'run', ...where, ...ports],
    env: { LOG_LEVEL: 'warn' },
  });
  say(`enrolling ${lockers} lockers`);
  const enrolled = await enrolLockers({ data, 'database-url': database.url });
  const fleet = await startFleet({ url: String(server.ready.mqtt), lockers: enrolled });
  atEnd(fleet.stop);
  return runRounds({ fleet, server: server.pid, database, say });
}

interface Parts {
  fleet: Awaited<ReturnType<typeof startFleet>>;
  server: number;
  database: { pool: Pool; name: string };
  say(line: string): void;
}

async function runRounds({ fleet, server, database, say }: Parts): Promise<Figures> {
  const floor = await unnestFloor(database.pool);
  const eventsPerSecond: number[] = [];
  const busy = { server: 0, database: 0, fleet: 0, wall: 0 };
  for (let round = 0; round < rounds; round += 1) {
    say(`round ${round + 1} of ${rounds}`);
    await fleet.grow((round + 1) * eventsPerLocker + 1);
    const before = [cpuSeconds(server), cpuSecondsOfDatabase(database.name), cpuSeconds(fleet.pid)] as const;
    const seconds = (await fleet.round()) / 1000;
    eventsPerSecond.push((lockers * eventsPerLocker) / seconds);
    busy.server += cpuSeconds(server) - before[0];
    busy.database += cpuSecondsOfDatabase(database.name) - before[1];
    busy.fleet += cpuSeconds(fleet.pid) - before[2];
    busy.wall += seconds;
    await floor.insertNewRows();
  }
  const kept = await floor.close();
  if (kept !== rounds * lockers * eventsPerLocker) throw new Error(`the log holds ${kept} events`);
  const ratios = eventsPerSecond.map((rate, round) => rate / (floor.rowsPerSecond[round] ?? rate));
  return {
    ratio: rounded(median(ratios)),
    ...spread('ratio', '', ratios),
    ...spread('events', 'PerSecond', eventsPerSecond),
    ...spread('floorRows', 'PerSecond', floor.rowsPerSecond),
    events: kept,
    // Where the time goes: how busy each process kept a processor during the rounds.
    serverCpuShare: rounded(busy.server / busy.wall),
    databaseCpuShare: rounded(busy.database / busy.wall),
    fleetCpuShare: rounded(busy.fleet / busy.wall),
  };
}

async function enrolLockers(place: { data: string; 'database-url': string }) {
  const machine = { clock: realClock(), random: realRandom(), logger: stderrLogger('error') };
  const foundation = await openFoundation(place, { ...machine, whenRunning: 'join' });
  try {
    const { database, ring, ledger } = foundation;
    const parts = { db: database.db, pool: database.pool, ledger, ring, ...machine };
    const enrolled: { id: string; lockerKey: string }[] = [];
    for (let n = 0; n < lockers; n += 1) {
      const { lockerId: id, claim } = await addLocker(parts, newLocker(n));
      const answer = await enrol(database.db, ring, {
        claim,
        nowMs: machine.clock.nowMs(),
        random: machine.random,
      });
      if (!answer.ok) throw new Error(`locker ${id} could not be enrolled: ${answer.reason}`);
      enrolled.push({ id, lockerKey: Buffer.from(answer.lockerKey).toString('base64url') });
    }
    return enrolled;
  } finally {
    await foundation.close();
  }
}

function newLocker(n: number): Parameters<typeof addLocker>[1] {
  const name = `Bench ${n}`;
  const policy = {
    unknownBarcodes: 'accept',
    reopenGraceS: 300,
    visitIdleS: 30,
    settleS: 8,
    leftOpenS: 120,
  } as const;
  return {
    name,
    address: name,
    ...{ lat: 51.5, long: -0.1 + n / 1000, pincode: 'N1 9AG', country: 'gb', timeZone: 'Europe/London' },
    slots: Array(16).fill('S'),
    policy: { ...policy, lockerName: name, helpNumber: '' },
  };
}

/** The lockers' process; resolves once every one of them has a session. */
async function startFleet(start: { url: string; lockers: readonly { id: string; lockerKey: string }[] }) {
  const child = fork(join(import.meta.dirname, 'ingest-fleet.ts'));
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the lockers' process ended with ${code}`);
  });
  ended.catch(() => {});
  const ask = async (message: object): Promise<Record<string, number>> => {
    const answer = once(child, 'message');
    child.send(message);
    const [said] = await Promise.race([answer, ended]);
    return said;
  };
  await ask(start);
  return {
    pid: child.pid ?? 0,
    grow: (to: number) => ask({ growTo: to }),
    /** Milliseconds from the first publish to the last want. */
    round: async () => Number((await ask({ send: true })).roundMs),
    stop: () => child.connected && child.disconnect(),
  };
}
