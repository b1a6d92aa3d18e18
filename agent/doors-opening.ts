import type { ConsoleClient, ConsoleFact } from './adapters/console/console-client.ts';
import type { ConsoleView } from './core/console-view.ts';
import type { Terminal } from './terminal.ts';

export interface Followed {
  opened: boolean;
  closed: boolean;
}

/**
 * Follows one opening by its facts, each said as it is written, until the door is shut again or the opening has ended. At a
 * blind door the technician is asked; where nobody can be, that is said, and how to answer.
 */
export async function followOpening(
  client: ConsoleClient,
  { slot, authorisation, blind: blindAtFirst }: { slot: number; authorisation: string; blind: boolean },
  terminal: Terminal,
): Promise<Followed> {
  const { say } = terminal;
  const followed: Followed = { opened: false, closed: false };
  let blind = blindAtFirst;
  /** What nobody was asked yet. */
  let due: 'open' | 'closed' | undefined;
  /** Whether it is over. */
  const hear = (fact: ConsoleFact): boolean => {
    const mine = fact.authorisation === authorisation;
    if (!mine && !(fact.slot === slot && ofSlot.has(fact.kind))) return false;
    say(fact, wordsOf(fact));
    if (!mine) return false;
    // A switch may have told that it is open before the board said that it was pulsed.
    if (fact.kind === 'door.pulsed' && (blind || !followed.opened)) due = 'open';
    if (isOpen(fact)) {
      followed.opened = true;
      due = 'closed';
    }
    if (isClosed(fact)) followed.closed = true;
    return followed.closed || fact.kind === 'access.ended';
  };
  for await (const message of client.messages()) {
    if ('error' in message) say(message, message.error);
    // A switch may go mad, become steady or be seen no more meanwhile.
    if ('view' in message) blind = isBlindIn(message.view, slot) ?? blind;
    if ('fact' in message && hear(message.fact)) return followed;
    if (!due || !blind) continue;
    await askAtDoor(client, { slot, due }, terminal);
    due = undefined;
  }
  return followed;
}

/** Whether a person must say what the door does. Undefined where the view does not show that slot. */
export function isBlindIn({ doors }: ConsoleView, slot: number): boolean | undefined {
  const door = doors.find((candidate) => candidate.slot === slot);
  if (!door) return undefined;
  return door.position === 'blind' || (door.position === 'unknown' && door.opening?.phase === 'open');
}

async function askAtDoor(
  client: ConsoleClient,
  { slot, due }: { slot: number; due: 'open' | 'closed' },
  { say, question }: Terminal,
): Promise<void> {
  if (!question) {
    const how = `agent doors confirm ${slot} open|closed`;
    const words = `door ${slot} is blind: what it does you alone can see; say so with '${how}'`;
    return say({ blind: slot, how }, words);
  }
  let position: 'open' | 'closed' = 'closed';
  if (due === 'closed') await question(`Shut door ${slot}, then press Enter. `);
  else {
    const words = await question(
      `Door ${slot} is blind: nothing tells whether it opened. Is it open? [y/n] `,
    );
    if (/^y/i.test(words.trim())) position = 'open';
  }
  const answer = await client.ask({ do: 'confirmDoor', slot, position });
  if (!answer.ok) say({ refused: answer.reason }, `refused: ${answer.reason}`);
}

/** Facts that bear no authorisation, and come of it all the same. */
const ofSlot: ReadonlySet<string> = new Set(['slot.outOfService', 'slot.inService', 'door.flapping']);

function isOpen({ kind, position }: ConsoleFact): boolean {
  return kind === 'door.opened' || (kind === 'door.confirmed' && position === 'open');
}

function isClosed({ kind, position }: ConsoleFact): boolean {
  return kind === 'door.closed' || (kind === 'door.confirmed' && position === 'closed');
}

/** A fact in words, as honest as the fact: an acknowledgement is no opening. */
function wordsOf(fact: ConsoleFact): string {
  const { slot, attempt } = fact;
  switch (fact.kind) {
    case 'access.authorised':
      return `asked: slot ${slot}, written down as a technician's`;
    case 'door.pulsed':
      return fact.acknowledged === true
        ? `pulsed (attempt ${attempt}), and the board acknowledged it`
        : `pulsed (attempt ${attempt}), but the board did not acknowledge it: the lock may have clicked`;
    case 'door.notPulsed':
      return `not pulsed (attempt ${attempt}): ${fact.reason}`;
    case 'door.opened':
      return typeof fact.afterMs === 'number'
        ? `opened, ${(fact.afterMs / 1000).toFixed(1)} s after the pulse`
        : 'opened';
    case 'door.closed':
      return 'closed';
    case 'door.confirmed':
      return `confirmed ${fact.position}, by you: nobody else sees this door now`;
    case 'door.unknown':
      return 'not seen: its lock board does not tell now';
    case 'door.stuck':
      return `stuck: it did not open after ${fact.attempts} pulses`;
    case 'door.leftOpen':
      return `still open, after ${Math.round(Number(fact.openForMs) / 1000)} s`;
    case 'slot.outOfService':
      return `slot ${slot} is out of service now (${fact.reason})`;
    case 'slot.inService':
      return `slot ${slot} is in service again`;
    case 'slot.unsettled':
      return `nobody knows what lies in slot ${slot} now: say it with 'agent doors settle ${slot} empty|occupied'`;
    case 'access.ended':
      return `over: ${fact.outcome}`;
    default:
      return fact.kind;
  }
}
