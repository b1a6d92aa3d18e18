import type { SlotNumber } from '@latchwork/shared';
import type { TouchedSlot } from '../core/screen.ts';

/** More numbers fit no small screen. */
const namedMax = 5;

/** What the kiosk says while a technician is at work: to the technician, and to whoever else comes. */
export const serviceTexts = {
  atWork: (minutesLeft: number, touched: readonly TouchedSlot[]) => ({
    title: 'Being serviced',
    lines: [
      `Please come back in ${minutesLeft} ${minutesLeft === 1 ? 'minute' : 'minutes'}.`,
      ...(touched.length === 0 ? [] : [`Doors opened: ${numbers(touched)}.`]),
    ],
  }),
  by: (user: string) => (user === '' ? 'Technician, by the switch inside' : `Technician: ${user}`),
  finish: 'Finish the work',
  openedByHand: (slot: SlotNumber) => `I opened door ${slot} by hand`,
  unseenMany: (count: number) => `${count} doors cannot be seen: say which of them you open by hand.`,
  openedAnother: 'I opened one of them by hand',
  whichDoor: 'Which door did you open?',
  moreDoors: 'Other doors',
  back: 'Back',
  inside: (slot: SlotNumber) => `What is behind door ${slot}?`,
  recorded: {
    empty: 'It was empty before.',
    occupied: 'A parcel was inside before.',
    unsettled: 'Nobody knew before.',
  },
  empty: 'It is empty',
  occupied: 'Something is inside',
  more: (count: number) => `Then ${count} more ${count === 1 ? 'door' : 'doors'}.`,
  standOpen: (slots: readonly TouchedSlot[]) => `Still open: ${numbers(slots)}.`,
  shut: (slots: readonly TouchedSlot[]) => ({
    title: slots.length === 1 ? `Shut door ${numbers(slots)}` : `Shut doors ${numbers(slots)}`,
    lines: ['Then say here what is inside.'],
  }),
  timeIsUp: 'The time for the work is up.',
  unanswered: 'While nothing is said, it takes no parcels.',
};

function numbers(slots: readonly TouchedSlot[]): string {
  const first = slots.slice(0, namedMax).map(({ slot }) => slot);
  const more = slots.length - first.length;
  return `${first.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}
