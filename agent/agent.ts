import type { AgentPorts } from './agent-ports.ts';
import type { DoorPosition, Input } from './core/input.ts';
import type { Config } from './core/state.ts';
import { inputOfAction, inputOfScan } from './inputs.ts';
import { createLoop, type Loop } from './loop.ts';
import { ConsoleError } from './ports/console.ts';

export interface Agent {
  /** Resolves once every door was read and the locker serves people. */
  start(): Promise<void>;
  /** Ends in order; what is in the queue is decided first. */
  stop(): Promise<void>;
  /** Rejects when the agent cannot go on: the process should end, and be started anew. */
  readonly failed: Promise<never>;
}

/** A whole agent over its ports. Throws what the store throws when it cannot be loaded. */
export function createAgent(config: Config, ports: AgentPorts): Agent {
  const { doors, kiosk, keys, logger, scanner, store, uplink } = ports;
  const loop = createLoop(config, ports);
  const { give } = loop;
  return {
    failed: loop.failed,
    async start() {
      await startConsole(ports, loop);
      await kiosk.start({ onAction: (action) => give(inputOfAction(action, keys)) });
      await startDoors(ports, loop);
      scanner?.start({
        onScan: (scan) => give(inputOfScan(scan, keys)),
        onState: (state, detail) => logger.info({ detail }, `scanner ${state}`),
      });
    },
    async stop() {
      await ports.console?.stop();
      await scanner?.stop();
      await kiosk.stop();
      // Doors before the loop, so that what became of a pulse under way is still written down.
      await doors.stop();
      await loop.stop();
      await uplink.disconnect();
      store.close();
    },
  };
}

/** People are served also where no technician can be: that is a warning and no more. */
async function startConsole({ console, logger }: AgentPorts, { give }: Loop): Promise<void> {
  try {
    await console?.start({ onAsk: (asked) => give({ kind: 'technicianAsked', ...asked }) });
  } catch (error) {
    if (!(error instanceof ConsoleError)) throw error;
    logger.warn({ code: error.code }, `no console for technicians: ${error.message}`);
  }
}

/** Reads every door before anyone is served: what is seen until then belongs to the first input. */
async function startDoors({ doors, logger }: AgentPorts, { give }: Loop): Promise<void> {
  const atStart = new Map<number, DoorPosition>();
  const besides: Input[] = [];
  let reading = true;
  const later = (input: Input) => void (reading ? besides.push(input) : give(input));
  await doors.start({
    onDoor(slot, position, afterPulseMs) {
      if (reading) atStart.set(slot, position);
      else
        give({ kind: 'doorSeen', slot, position, ...(afterPulseMs === undefined ? {} : { afterPulseMs }) });
    },
    onContents: (slot, contents) => later({ kind: 'contentsSeen', slot, contents }),
    onServiceSwitch: (on) => later({ kind: 'serviceSwitched', on }),
    onBoard(board, state, detail) {
      logger.warn({ board, detail }, `lock board ${state}`);
      later({ kind: 'boardSeen', board, state, detail });
    },
    onShortBoard(board, detail) {
      logger.warn({ board }, detail);
    },
    onSupply(supply, board, detail) {
      logger.warn({ supply, board, detail }, 'supply may have sagged');
      later({ kind: 'supplySagged', supply, board, detail });
    },
  });
  reading = false;
  give({ kind: 'started', doors: atStart });
  for (const input of besides) give(input);
}
