import type { Denial, Problem, Purpose, SlotNumber } from '@latchwork/shared';
import type { Screen, WhyStuck } from '../core/screen.ts';

/** Every word that the kiosk says, in English. */
interface Saying {
  title: string;
  lines: readonly string[];
}
type Stage = Extract<Screen, { name: 'unlocking' }>['stage'];

const denials: Record<Denial, (helpNumber: string) => { title: string; line: string }> = {
  'unknown code': () => ({
    title: 'This code opens nothing here',
    line: 'Compare it with your message, and that this is the right locker, then type it again.',
  }),
  expired: (help) => ({ title: 'No longer valid', line: `Its time is over. ${call(help)}` }),
  spent: (help) => ({
    title: 'Already used',
    line: `This code has opened its door before. If that was not you, ${calling(help)}`,
  }),
  revoked: (help) => ({ title: 'No longer valid', line: `It was withdrawn. ${call(help)}` }),
  'nothing to collect': () => ({
    title: 'Your parcel is not here yet',
    line: 'The code is right. You get a message as soon as the parcel is in the locker.',
  }),
  'too many tries': () => ({
    title: 'Too many wrong codes',
    line: 'The keypad needs a pause. Then type your code once more.',
  }),
  'unknown badge': (help) => ({
    title: 'This badge is not known here',
    line: `Scan it once more. If it stays so, ${calling(help)}`,
  }),
  'not permitted': () => ({ title: 'Badge first', line: 'Couriers: scan your badge, then the parcel.' }),
  'unknown barcode': () => ({
    title: 'Nobody expects this parcel here',
    line: 'Is there another label on it? Scan that one, or take the parcel along.',
  }),
  'already deposited': () => ({
    title: 'This parcel is already in',
    line: 'Scan the next parcel.',
  }),
  'scan unreadable': () => ({
    title: 'The label could not be read',
    line: 'Hold it flat before the scanner and try again.',
  }),
  'no free slot': () => ({
    title: 'No free door fits this parcel',
    line: 'Take it along, and scan the next parcel.',
  }),
  'slot out of service': (help) => ({ title: 'This door is out of service', line: call(help) }),
  'clock unknown': (help) => ({
    title: 'The locker does not know the time',
    line: `So it cannot tell whether this is still valid. Try again in a few minutes, or ${calling(help)}`,
  }),
};

const problems: Record<Problem, string> = {
  'door did not open': 'The door did not open',
  'door does not close': 'A door does not close',
  'slot empty': 'The parcel is not inside',
  'slot occupied': 'Something else is inside',
  'slot dirty': 'It is dirty inside',
  'slot damaged': 'Something is broken',
};

const unlocking: Record<Stage, (slot: SlotNumber) => Saying> = {
  unlocking: (slot) => ({ title: `Door ${slot} opens`, lines: ['One moment.'] }),
  watching: (slot) => ({
    title: `Door ${slot} opens`,
    lines: ['One moment. It springs open by itself.'],
  }),
  pushAndWait: (slot) => ({
    title: `Go to door ${slot} and push it in`,
    lines: ['It did not spring open: something may press on it from inside. It is tried again by itself.'],
  }),
  pushNow: (slot) => ({
    title: `Push door ${slot} in now`,
    lines: ['Press on it while it clicks, then let go: it springs open.'],
  }),
  resting: (slot) => ({
    title: `Door ${slot}: please wait`,
    lines: ['The lock needs a short rest. The door opens by itself.'],
  }),
};

/** Of a door that may stand open nobody says that what lies inside is safe. */
const whyStuck: Record<WhyStuck, string> = {
  'did not open': '. What is inside stays safe, and this try did not use up your code.',
  'not seen':
    ': its lock does not answer. If the door did open, say so here. This try did not use up your code.',
  'not reached':
    ': its lock does not answer. What is inside stays safe, and this try did not use up your code.',
};

const doorOpen: Record<Purpose, (slot: SlotNumber) => Saying> = {
  deposit: (slot) => ({ title: `Door ${slot} is open`, lines: ['Put the parcel in and shut the door.'] }),
  collect: (slot) => ({ title: `Door ${slot} is open`, lines: ['Take your parcel out and shut the door.'] }),
  reopen: (slot) => ({
    title: `Door ${slot} is open again`,
    lines: ['Take what you left inside and shut the door.'],
  }),
  service: (slot) => ({ title: `Door ${slot} is open`, lines: ['Shut it when you are done.'] }),
};

const doorClosed: Record<Purpose, (slot: SlotNumber) => Saying & { done: string }> = {
  deposit: (slot) => ({
    title: 'Scan the next parcel',
    lines: [`Door ${slot} is shut.`],
    done: 'No more parcels',
  }),
  collect: (slot) => ({
    title: `Door ${slot} is shut`,
    lines: ['Have you got everything?'],
    done: 'Done',
  }),
  reopen: (slot) => ({ title: `Door ${slot} is shut`, lines: ['Have you got everything?'], done: 'Done' }),
  service: (slot) => ({ title: `Door ${slot} is shut`, lines: [], done: 'Done' }),
};

/** Where the sensor of a slot says otherwise than it should. */
const doorClosedSensed: Record<'empty' | 'occupied', (slot: SlotNumber) => Saying & { done: string }> = {
  empty: (slot) => ({
    title: `Nothing is seen in door ${slot}`,
    lines: ['Open it again, or say that the parcel is in.'],
    done: 'The parcel is in',
  }),
  occupied: (slot) => ({
    title: `Something is still inside door ${slot}`,
    lines: ['Open it again and take it out.'],
    done: 'I have everything',
  }),
};

export const texts = {
  doorClosedSensed,
  contradicted: {
    empty: (slot: SlotNumber) => ({
      title: `Nothing is seen in door ${slot}`,
      line: 'Scan that parcel again to open it, or report a problem.',
    }),
    occupied: (slot: SlotNumber) => ({
      title: `Something is still inside door ${slot}`,
      line: 'Type your code again to open it, or report a problem.',
    }),
  },
  thisLocker: 'Parcel locker',
  help: 'Help:',
  helpOnSticker: 'Help: call the number on the cabinet',
  offline: 'No network: everything here works all the same',
  reportProblem: 'Report a problem',
  back: 'Back',
  cancel: 'Cancel',
  understood: 'I understand',
  openAgain: 'Open again',
  nextPerson: 'Next, please',
  iHaveShutIt: 'I have shut the door',
  itIsShut: 'It is shut',
  itIsOpen: 'It is open',
  takeParcelBack: 'Take the parcel back',
  tookParcelBack: 'I took the parcel back',

  connecting: { title: 'Looking for the locker…', lines: [] } satisfies Saying,
  lost: (help: string): Saying => ({
    title: 'This screen has lost its locker',
    lines: [
      'It tries to find it again by itself. Until then nothing can be opened here.',
      `An open door can be shut as always. ${call(help)}`,
    ],
  }),
  starting: {
    title: 'The locker is starting',
    lines: ['It looks at its doors. One moment.'],
  } satisfies Saying,
  idle: {
    title: 'Collect your parcel',
    lines: ['Type the code from your message.', 'Couriers: scan your badge.'],
    codeTyped: 'Code typed so far',
    placeholder: 'Your code',
    erase: 'Delete',
    enter: 'Open',
  },
  courierReady: (carrier: string, deposited: number): Saying & { done: string } => ({
    title: deposited === 0 ? 'Scan a parcel' : 'Scan the next parcel',
    lines: [
      `${carrier}: ${deposited === 0 ? 'welcome' : `${parcels(deposited)} in`}.`,
      'A door opens for each parcel.',
    ],
    done: deposited === 0 ? 'Leave' : 'No more parcels',
  }),
  unlocking,
  nextTry: (attempt: number, attemptsMax: number) => `Try ${attempt} of ${attemptsMax}.`,
  shutBlindDoor: 'This door cannot tell when it is shut. Say it here once you have shut it.',
  confirmOpen: {
    title: (slot: SlotNumber) => `Is door ${slot} open?`,
    lines: [
      'This door cannot tell by itself. If it only clicked, say that it stayed shut: it is tried again.',
    ],
    yes: 'Yes, it is open',
    no: 'No, it stayed shut',
  },
  doorOpen,
  doorClosed,
  stuck: (slot: SlotNumber, why: WhyStuck, help: string): Saying => ({
    title: why === 'did not open' ? `Door ${slot} does not open` : `Door ${slot} cannot be opened now`,
    lines: [`We are sorry${whyStuck[why]}`, call(help)],
  }),
  thanks: {
    recipient: (): Saying => ({ title: 'Thank you', lines: ['Good-bye.'] }),
    courier: (slots: readonly SlotNumber[]): Saying => ({
      title: 'Thank you',
      lines: [slots.length === 0 ? 'No parcel was left.' : `${parcels(slots.length)} in. Good-bye.`],
    }),
  },

  report: {
    title: (slot: SlotNumber | undefined) =>
      slot === undefined ? 'What is wrong?' : `What is wrong with door ${slot}?`,
    lines: ['It is told to those who look after this locker.'],
  },
  problems,
  denials,
  closeDoorFirst: (slot: SlotNumber) => ({
    title: `Shut door ${slot} first`,
    line: 'One door at a time.',
  }),
  problemReported: (slot: SlotNumber | undefined) => ({
    title: 'Thank you, it is noted',
    line: slot === undefined ? 'Somebody will look at it.' : `Somebody will look at door ${slot}.`,
  }),
  slotOutOfService: (slot: SlotNumber, next: SlotNumber | undefined) => ({
    title: `Door ${slot} did not open`,
    line: `It is out of service now. ${instead(next)}`,
  }),
  slotNotReached: (slot: SlotNumber, next: SlotNumber | undefined) => ({
    title: `Door ${slot} cannot be opened now`,
    line: `Its lock does not answer. ${instead(next)}`,
  }),
  beingServiced: {
    title: 'This locker is being serviced',
    line: 'Please come back in a few minutes.',
  },
  notTaken: { title: 'That did not work', line: 'Please try once more.' },
  waitS: (seconds: number) => `Wait ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`,
  waitOver: 'You can type now',
};

function call(helpNumber: string): string {
  return helpNumber === '' ? 'Call the number on the cabinet.' : `Call ${unbroken(helpNumber)}.`;
}

function calling(helpNumber: string): string {
  return helpNumber === '' ? 'call the number on the cabinet.' : `call ${unbroken(helpNumber)}.`;
}

/** A number that breaks over two lines is dialled wrong. */
function unbroken(helpNumber: string): string {
  return helpNumber.replaceAll(' ', '\u00a0');
}

function instead(next: SlotNumber | undefined): string {
  return next === undefined ? 'Go on with what the screen shows next.' : `Door ${next} opens instead.`;
}

function parcels(count: number): string {
  return count === 1 ? '1 parcel' : `${count} parcels`;
}
