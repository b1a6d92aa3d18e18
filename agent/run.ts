import { deriveLockerKeys } from '@latchwork/shared';
import type { Logger } from 'pino';
import { lineFromUrl } from './adapters/byte-stream/line-from-url.ts';
import { socketConsole } from './adapters/console/socket-console.ts';
import { openCabinet } from './adapters/doors/cabinet.ts';
import { chosenSysfsWarnings } from './adapters/doors/sysfs-bias.ts';
import { chooseDriver } from './adapters/gpio/open-gpio.ts';
import { strictGpiodWarning } from './adapters/gpio/strict-gpiod.ts';
import { httpKiosk } from './adapters/kiosk/http-kiosk.ts';
import { realRandom } from './adapters/random/real-random.ts';
import { lineScanner } from './adapters/scanner/line-scanner.ts';
import { systemdNotify } from './adapters/service-manager/systemd-notify.ts';
import { sqliteStore } from './adapters/store/sqlite-store.ts';
import { mqttUplink, type TlsIdentity } from './adapters/uplink/mqtt-uplink.ts';
import { type Agent, createAgent } from './agent.ts';
import type { AgentPorts } from './agent-ports.ts';
import { build } from './build.ts';
import { type AgentConfig, type ConfigOverrides, loadConfig } from './config.ts';
import { type CoilAtStart, coilsAtStart } from './core/doors/coils-at-start.ts';
import type { Config } from './core/state.ts';
import { prepareDataFolder } from './data-folder.ts';
import { readIdentity } from './identity.ts';
import type { Clock } from './ports/clock.ts';
import { keepRenewed } from './renewal.ts';
import { watchdog } from './watchdog.ts';

/** For a lock whose board does not time its own pulse: amid what vendors set (100 to 1000 ms). */
const pulseMs = 500;

export interface RunOptions extends ConfigOverrides {
  folder: string;
  clock: Clock;
  logger: Logger;
  /** Stands between the agent and its ports, to measure; the ports are used as they are without it. */
  around?: (ports: AgentPorts) => AgentPorts;
}

export interface RunningAgent extends Pick<Agent, 'stop' | 'failed'> {
  lockerId: string;
  /** `http://127.0.0.1:PORT` */
  kioskUrl: string;
}

/**
 * Starts the agent of a data folder on the real machine; resolves once it serves people, whatever its lines do. Throws
 * SetupError, StoreError or the kiosk's error, with nothing left running.
 */
export async function run({
  folder,
  clock,
  logger,
  around = (ports) => ports,
  ...overrides
}: RunOptions): Promise<RunningAgent> {
  const config = loadConfig(folder, overrides);
  const identity = currentIdentity(config, folder, logger);
  prepareDataFolder(folder);
  const { lockerId, cabinet, scanner, brokerUrl: url } = config;
  if (cabinet.boards.some(({ profile }) => profile === 'gpio')) {
    const warning = strictGpiodWarning();
    if (warning) logger.warn(warning);
    for (const words of chosenSysfsWarnings(cabinet.boards, chooseDriver)) logger.warn(words);
  }
  const keys = deriveLockerKeys(Buffer.from(config.lockerKey, 'base64url'));
  const kiosk = httpKiosk({ port: config.kioskPort, clock });
  const manager = systemdNotify({
    env: process.env,
    pid: process.pid,
    onTrouble: (what) => logger.warn(what),
  });
  const watch = watchdog(sqliteStore(folder), { manager, clock });
  const ports = {
    clock,
    random: realRandom(),
    store: watch.store,
    doors: openCabinet(cabinet, { clock, coilsAtStart: coilsOf(watch.store) }),
    kiosk,
    console: socketConsole(folder),
    ...(scanner && {
      scanner: lineScanner(lineFromUrl(scanner.url, { baudRate: scanner.baudRate, clock }), clock),
    }),
    uplink: mqttUplink({
      url,
      locker: lockerId,
      password: keys.brokerPassword,
      identity,
      clock,
    }),
    keys,
    logger,
  };
  const agent = await startOrClose(coreConfig(config), around(ports));
  watch.start();
  const { renewalUrl } = config;
  const chance = ports.random.bytes(1)[0] ?? 0;
  const stopRenewal =
    renewalUrl === undefined
      ? () => {}
      : keepRenewed({ folder, lockerId, url: renewalUrl, clock, chance: chance / 256, logger });
  const stop = () => {
    stopRenewal();
    watch.stop();
    return agent.stop();
  };
  return { lockerId, kioskUrl: kiosk.url, failed: agent.failed, stop };
}

/** What lies in the folder now; a file that cannot be read any more leaves what was read before. */
function currentIdentity(config: AgentConfig, folder: string, logger: Logger) {
  let shown = identityFor(config, folder);
  return () => {
    try {
      shown = identityFor(config, folder);
    } catch (error) {
      logger.warn({ err: error }, 'the certificate cannot be read');
    }
    return shown;
  };
}

function identityFor({ brokerAuthority }: AgentConfig, folder: string): TlsIdentity | undefined {
  const identity = readIdentity(folder);
  return identity && brokerAuthority === 'system' ? { ...identity, authority: undefined } : identity;
}

function coreConfig({ lockerId, cabinet }: ReturnType<typeof loadConfig>): Config {
  return {
    lockerId,
    version: build.version,
    builtAtMs: build.builtAtMs,
    pulseMs,
    slots: cabinet.slots.map(({ number, size, blind, board }) => ({ slot: number, size, blind, board })),
  };
}

/** What coils still have to rest from. Throws what the store throws, and closes it then. */
function coilsOf(store: AgentPorts['store']): CoilAtStart[] {
  try {
    const tables = store.load();
    return tables ? coilsAtStart(tables) : [];
  } catch (error) {
    store.close();
    throw error;
  }
}

async function startOrClose(config: Config, ports: Parameters<typeof createAgent>[1]): Promise<Agent> {
  let agent: Agent | undefined;
  try {
    agent = createAgent(config, ports);
    await Promise.race([agent.start(), agent.failed]);
    return agent;
  } catch (error) {
    if (agent) await agent.stop();
    else ports.store.close();
    throw error;
  }
}
