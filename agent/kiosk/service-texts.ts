import type { SlotNumber } from '@latchwork/shared';
import type { TouchedSlot } from '../core/screen.ts';

/** What the kiosk says while a technician is at work: to the technician, and to whoever else comes. */
export const serviceTexts = {
  atWork: (minutesLeft: number, touched: readonly TouchedSlot[]) => ({
    title: 'This locker is being serviced',
    lines: [
      `Please come back in ${minutesLeft} ${minutesLeft === 1 ? 'minute' : 'minutes'}: nobody is served until then.`,
      ...(touched.length === 0 ? [] : [`Doors opened so far: ${numbers(touched)}.`]),
    ],
  }),
  by: (user: string) => (user === '' ? 'Technician, by the switch inside' : `Technician: ${user}`),
  finish: 'Finish the work',
  inside: (slot: SlotNumber) => `What is in slot ${slot} now?`,
  recorded: {
    empty: 'It was empty before.',
    occupied: 'A parcel was inside before.',
    unsettled: 'Nobody knew before.',
  },
  empty: 'It is empty',
  occupied: 'Something is inside',
  more: (count: number) => `Then ${count} more ${count === 1 ? 'slot' : 'slots'}.`,
  standOpen: (slots: readonly TouchedSlot[]) => `Still open: ${numbers(slots)}.`,
  shut: (slots: readonly TouchedSlot[]) => ({
    title: slots.length === 1 ? `Shut door ${numbers(slots)}` : `Shut doors ${numbers(slots)}`,
    lines: ['Then say here what is inside.'],
  }),
  timeIsUp: 'The time for the work is up.',
  unanswered: 'A slot of which nothing is said takes no parcels.',
};

function numbers(slots: readonly TouchedSlot[]): string {
  return slots.map(({ slot }) => slot).join(', ');
}
