import type { DoorFaults, DoorFaultsChange } from '../../cabinet/faults.ts';
import type { DoorView } from '../../cabinet/view.ts';
import { Choice } from './choice.tsx';

const JAMS: { label: string; value: DoorFaults['jam'] }[] = [
  { label: 'No', value: null },
  { label: 'Until the 2nd pulse', value: { untilPulse: 2 } },
  { label: 'Until the 3rd pulse', value: { untilPulse: 3 } },
  { label: 'For good', value: 'forGood' },
];
const SLOWNESS: { label: string; value: DoorFaults['slow'] }[] = [
  { label: 'No', value: null },
  { label: '1 s', value: { delayMs: 1000 } },
  { label: '3 s', value: { delayMs: 3000 } },
];
const LIES: { label: string; value: DoorFaults['lyingSwitch'] }[] = [
  { label: 'No', value: null },
  { label: 'The opposite', value: 'inverted' },
  { label: 'Always open', value: 'stuckOpen' },
  { label: 'Always shut', value: 'stuckClosed' },
];

/** Breaks and mends the chosen door. */
export function DoorFaultsCard(props: {
  door: DoorView | null;
  onChange: (change: DoorFaultsChange) => void;
}) {
  const { door, onChange } = props;
  if (!door) {
    return (
      <section class="card">
        <h2>Door</h2>
        <p class="quiet">Click a door to jam it, make it slow, or let its switch lie.</p>
      </section>
    );
  }
  return (
    <section class="card">
      <h2>
        Door {door.number}{' '}
        <small>
          board {door.board}, channel {door.channel}
        </small>
      </h2>
      <Choice label="Jammed" options={JAMS} value={door.jam} onChoose={(jam) => onChange({ jam })} />
      <Choice
        label="Springs late"
        options={SLOWNESS}
        value={door.slow}
        onChoose={(slow) => onChange({ slow })}
      />
      <Choice
        label="Switch lies"
        options={LIES}
        value={door.lyingSwitch}
        onChoose={(lyingSwitch) => onChange({ lyingSwitch })}
      />
    </section>
  );
}
