import { type ConsoleClient, connectConsole } from './adapters/console/console-client.ts';
import type { ConsoleView } from './core/console-view.ts';
import type { TechnicianAnswer } from './core/effect.ts';
import type { TechnicianAsk } from './core/input.ts';
import { serviceMinutesDefault } from './core/people/technician-service.ts';
import type { DoorsCommand } from './doors-command-line.ts';
import { followOpening, isBlindIn } from './doors-opening.ts';
import { doorsTable } from './doors-table.ts';
import type { Clock } from './ports/clock.ts';
import { ConsoleError } from './ports/console.ts';
import type { Terminal } from './terminal.ts';

/** The agent answers within milliseconds; one that does not is stuck or stopping. */
const answerTimeoutMs = 10_000;

/**
 * `agent doors`: asks the agent that runs on a folder. Resolves to whether it was done: a door that did not open is not.
 * Throws {@link ConsoleError} in words for a person when no agent answers.
 */
export async function doors(
  command: DoorsCommand,
  { clock, terminal }: { clock: Clock; terminal: Terminal },
): Promise<boolean> {
  const client = await connectConsole(command.data);
  const session: Session = { client, terminal, inTime: (promise) => inTime(clock, promise) };
  try {
    if (command.do === 'look') return await look(session, command.watch);
    if (command.do === 'open' || command.do === 'test') return await open(session, command);
    return (await ask(session, askOf(command))).ok;
  } finally {
    client.close();
  }
}

interface Session {
  client: ConsoleClient;
  terminal: Terminal;
  inTime<T>(promise: Promise<T>): Promise<T>;
}

async function look({ client, terminal, inTime }: Session, watch: boolean): Promise<boolean> {
  terminal.say(...shown(await inTime(nextView(client))));
  while (watch) terminal.say(...shown(await nextView(client)));
  return true;
}

function shown(view: ConsoleView): [ConsoleView, string] {
  return [view, doorsTable(view)];
}

async function nextView(client: ConsoleClient): Promise<ConsoleView> {
  for await (const message of client.messages()) {
    if ('view' in message) return message.view;
    if ('error' in message) throw new ConsoleError('failed', message.error);
  }
  throw new ConsoleError('failed', 'the agent showed nothing');
}

async function open(
  session: Session,
  { do: verb, slot }: { do: 'open' | 'test'; slot: number },
): Promise<boolean> {
  const { client, terminal } = session;
  const view = await session.inTime(nextView(client));
  const blind = isBlindIn(view, slot) ?? false;
  const answer = await ask(session, { do: 'open', slot }, { quiet: true });
  if (!answer.ok || answer.authorisation === undefined) return false;
  const { authorisation } = answer;
  const { opened, closed } = await followOpening(client, { slot, authorisation, blind }, terminal);
  if (verb === 'open') return opened;
  if (!opened || !closed) {
    terminal.say({ test: 'failed', slot }, `slot ${slot} failed its test: it stays as it was`);
    return false;
  }
  const byTechnician = isOutByTechnician(view, slot);
  if (!byTechnician && !(await ask(session, { do: 'inService', slot }, { quiet: true })).ok) return false;
  terminal.say({ test: 'passed', slot, inService: !byTechnician }, passedWords(slot, byTechnician));
  return true;
}

/** A technician's own reason is no fault of the door: it ends by their word, and not by a test. */
function isOutByTechnician({ doors }: ConsoleView, slot: number): boolean {
  return doors.some((door) => door.slot === slot && door.outOfService.includes('technician'));
}

function passedWords(slot: number, byTechnician: boolean): string {
  const service = byTechnician
    ? `it stays out of service, as a technician said, until 'agent doors in-service ${slot}'`
    : 'it is in service';
  return `slot ${slot} opens and shuts: ${service}. Where you moved anything inside: 'agent doors settle ${slot} empty|occupied'`;
}

async function ask(
  { client, terminal, inTime }: Session,
  asked: TechnicianAsk,
  { quiet = false } = {},
): Promise<TechnicianAnswer> {
  const answer = await inTime(client.ask(asked));
  if (!answer.ok) terminal.say({ refused: answer.reason }, `refused: ${answer.reason}`);
  else if (answer.note !== undefined) terminal.say({ note: answer.note }, answer.note);
  else if (!quiet) terminal.say({ done: asked }, 'done');
  return answer;
}

function askOf(command: Exclude<DoorsCommand, { do: 'look' | 'open' | 'test' }>): TechnicianAsk {
  switch (command.do) {
    case 'startService':
      return { do: command.do, minutes: command.minutes ?? serviceMinutesDefault };
    case 'endService':
      return { do: command.do };
    case 'confirmDoor':
      return { do: command.do, slot: command.slot, position: command.position };
    case 'settle':
      return { do: command.do, slot: command.slot, occupied: command.occupied };
    default:
      return { do: command.do, slot: command.slot };
  }
}

function inTime<T>(clock: Clock, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<T>();
  const cancel = clock.after(answerTimeoutMs, () =>
    reject(new ConsoleError('failed', 'the agent runs but does not answer: see its log')),
  );
  return Promise.race([promise, late]).finally(cancel);
}
