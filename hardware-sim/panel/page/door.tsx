import type { DoorView } from '../../cabinet/view.ts';

interface Props {
  door: DoorView;
  height: number;
  selected: boolean;
  onPushShut: () => void;
  onMoveParcel: (goesIn: boolean) => void;
  onSelect: () => void;
}

/** One compartment: behind its leaf the inside, which can be reached while the leaf stands open. */
export function Door({ door, height, selected, onPushShut, onMoveParcel, onSelect }: Props) {
  const classes = ['door', door.open && 'open', door.coilOn && 'coil', selected && 'selected'];

  return (
    <div class={classes.filter(Boolean).join(' ')} style={{ flexGrow: height }} data-door={door.number}>
      {door.open && (
        <div class="inside">
          <button type="button" class="parcel" onClick={() => onMoveParcel(!door.parcel)}>
            {door.parcel ? <Parcel /> : <span class="plus" aria-hidden="true" />}
            <span>
              {door.parcel ? 'Take out' : 'Put parcel in'}
              <span class="unseen"> door {door.number}</span>
            </span>
          </button>
          <button type="button" class="shut" onClick={onPushShut}>
            Push shut<span class="unseen"> door {door.number}</span>
          </button>
        </div>
      )}
      <button type="button" class="leaf" onClick={onSelect} aria-pressed={selected}>
        <span class="number">
          <span class="unseen">Door </span>
          {door.number}
          <span class="unseen"> {door.open ? 'open' : 'shut'}</span>
        </span>
        {!door.open && <Marks door={door} />}
        {!door.open && <span class="size">{door.size}</span>}
        <span class="lamp" />
      </button>
    </div>
  );
}

/** What a person in the know sees on a shut door. */
function Marks({ door }: { door: DoorView }) {
  return (
    <span class="marks">
      {door.parcel && <Parcel />}
      {door.jam && <em>{door.jam === 'forGood' ? 'jammed' : `jammed until pulse ${door.jam.untilPulse}`}</em>}
      {door.slow && <em>dirty</em>}
      {door.pressed && <em>pressed</em>}
      {liesOf(door) && <em>liar</em>}
      {(door.bounce ?? door.flapping) && <em>{door.flapping ? 'flaps' : 'bounces'}</em>}
    </span>
  );
}

function liesOf({ lyingSwitch, lyingDoorSwitch, lyingOccupancy }: DoorView): boolean {
  return lyingSwitch !== null || lyingDoorSwitch !== null || lyingOccupancy !== null;
}

function Parcel() {
  return (
    <svg class="box" viewBox="0 0 32 28" aria-hidden="true">
      <path d="M2 8 16 2l14 6v14l-14 6L2 22z" fill="#c88f4e" />
      <path d="m2 8 14 6 14-6L16 2z" fill="#e0ad6b" />
      <path d="M16 14v14l14-6V8z" fill="#a9743a" />
      <path d="m8 5.4 14 6v5l4-1.7V9.7l-14-6z" fill="#f6e3c5" />
    </svg>
  );
}
