import type { ConsoleClient, ConsoleFact } from './adapters/console/console-client.ts';
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
  { slot, authorisation, blind }: { slot: number; authorisation: string; blind: boolean },
  { say, question }: Terminal,
): Promise<Followed> {
  const followed: Followed = { opened: false, closed: false };
  const confirm = async (position: 'open' | 'closed') => {
    const answer = await client.ask({ do: 'confirmDoor', slot, position });
    if (!answer.ok) say({ refused: answer.reason }, `refused: ${answer.reason}`);
  };
  const tellHow = ({ kind }: ConsoleFact) => {
    const how = `agent doors confirm ${slot} open|closed`;
    if (kind === 'door.pulsed')
      say(
        { blind: slot, how },
        `door ${slot} is blind: whether it opened you alone can see; say so with '${how}'`,
      );
  };
  for await (const message of client.messages()) {
    if ('error' in message) say(message, message.error);
    if (!('fact' in message)) continue;
    const { fact } = message;
    const mine = fact.authorisation === authorisation;
    if (!mine && !(fact.slot === slot && ofSlot.has(fact.kind))) continue;
    say(fact, wordsOf(fact));
    if (!mine) continue;
    if (isOpen(fact)) followed.opened = true;
    if (isClosed(fact)) followed.closed = true;
    if (followed.closed || fact.kind === 'access.ended') return followed;
    if (!blind) continue;
    if (!question) tellHow(fact);
    else if (fact.kind === 'door.pulsed') {
      const words = await question(
        `Door ${slot} is blind: nothing tells whether it opened. Is it open? [y/n] `,
      );
      await confirm(/^y/i.test(words.trim()) ? 'open' : 'closed');
    } else if (isOpen(fact)) {
      await question(`Shut door ${slot}, then press Enter. `);
      await confirm('closed');
    }
  }
  return followed;
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
      return `confirmed ${fact.position}, by you: this door is blind`;
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
