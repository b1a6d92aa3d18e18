import type { DoorFaults, DoorFaultsChange } from '../../cabinet/faults.ts';
import type { DoorView } from '../../cabinet/view.ts';
import { Choice } from './choice.tsx';

const JAMS: { label: string; value: DoorFaults['jam'] }[] = [
  { label: 'No', value: null },
  { label: 'Until the 2nd pulse', value: { untilPulse: 2 } },
  { label: 'Until the 3rd pulse', value: { untilPulse: 3 } },
  { label: 'For good', value: 'forGood' },
];
const YES_NO = [
  { label: 'No', value: false },
  { label: 'Yes', value: true },
];
const SLOWNESS: { label: string; value: DoorFaults['slow'] }[] = [
  { label: 'No', value: null },
  { label: 'Springs after 1 s', value: { delayMs: 1000 } },
  { label: 'Springs after 3 s', value: { delayMs: 3000 } },
];
const LIES: { label: string; value: DoorFaults['lyingSwitch'] }[] = [
  { label: 'No', value: null },
  { label: 'The opposite', value: 'inverted' },
  { label: 'Always open', value: 'stuckOpen' },
  { label: 'Always shut', value: 'stuckClosed' },
];

const BOUNCES: { label: string; value: DoorFaults['bounce'] }[] = [
  { label: 'No', value: null },
  { label: '40 ms after a move', value: { forMs: 40, everyMs: 5 } },
  { label: '1 s after a move', value: { forMs: 1000, everyMs: 50 } },
];
const FLAPS: { label: string; value: DoorFaults['flapping'] }[] = [
  { label: 'No', value: null },
  { label: 'Every half second', value: { everyMs: 500 } },
  { label: 'Every 3 s', value: { everyMs: 3000 } },
];
const SENSOR_LIES: { label: string; value: DoorFaults['lyingOccupancy'] }[] = [
  { label: 'No', value: null },
  { label: 'The opposite', value: 'inverted' },
  { label: 'Always occupied', value: 'stuckOccupied' },
  { label: 'Always empty', value: 'stuckEmpty' },
];

interface Props {
  door: DoorView | null;
  onChange: (change: DoorFaultsChange) => void;
  onPushIn: () => void;
  onTurnKey: () => void;
}

/** What can be done to the chosen door by hand, and how it is broken and mended. */
export function DoorFaultsCard({ door, onChange, onPushIn, onTurnKey }: Props) {
  if (!door) {
    return (
      <section class="card">
        <h2>Door</h2>
        <p class="quiet">Choose a door to push it in, turn its key, jam it, or let its switch lie.</p>
      </section>
    );
  }
  return (
    <section class="card">
      <h2>
        Door {door.number}{' '}
        <small>
          line {door.line}, board {door.board}, channel {door.channel}
        </small>
      </h2>
      <div class="chips">
        <button type="button" disabled={door.open} onClick={onPushIn}>
          Push it in for 5 s
        </button>
        <button type="button" disabled={door.open} onClick={onTurnKey}>
          Open with the key
        </button>
      </div>
      <DoorFaultChoices door={door} onChange={onChange} />
    </section>
  );
}

function DoorFaultChoices({ door, onChange }: { door: DoorView; onChange: Props['onChange'] }) {
  return (
    <>
      <Choice label="Jammed" options={JAMS} value={door.jam} onChoose={(jam) => onChange({ jam })} />
      <Choice label="Dirty" options={SLOWNESS} value={door.slow} onChoose={(slow) => onChange({ slow })} />
      <Choice
        label="Pressed by its parcel"
        options={YES_NO}
        value={door.pressed}
        onChoose={(pressed) => onChange({ pressed })}
      />
      <Choice
        label="Switch lies"
        options={LIES}
        value={door.lyingSwitch}
        onChoose={(lyingSwitch) => onChange({ lyingSwitch })}
      />
      <Choice
        label="Switch bounces"
        options={BOUNCES}
        value={door.bounce}
        onChoose={(bounce) => onChange({ bounce })}
      />
      <Choice
        label="Switch flaps"
        options={FLAPS}
        value={door.flapping}
        onChoose={(flapping) => onChange({ flapping })}
      />
      {door.hasDoorSwitch && (
        <Choice
          label="Door switch lies"
          options={LIES}
          value={door.lyingDoorSwitch}
          onChoose={(lyingDoorSwitch) => onChange({ lyingDoorSwitch })}
        />
      )}
      {door.hasOccupancySensor && (
        <Choice
          label="Sensor lies"
          options={SENSOR_LIES}
          value={door.lyingOccupancy}
          onChoose={(lyingOccupancy) => onChange({ lyingOccupancy })}
        />
      )}
    </>
  );
}
