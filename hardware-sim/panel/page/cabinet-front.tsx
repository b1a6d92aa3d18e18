import type { DoorView } from '../../cabinet/view.ts';
import { Door } from './door.tsx';

const SIZES = ['S', 'M', 'L'] as const;
/** Doors beyond this height begin another column, so that each stays large enough for a finger. */
const COLUMN_HEIGHT_MAX = 9;
/** How tall a door of each size is beside the others. */
const HEIGHT = { S: 1, M: 1.5, L: 2.25 };

interface Props {
  doors: DoorView[];
  selected: number | null;
  onPushShut: (door: number) => void;
  onMoveParcel: (door: number, goesIn: boolean) => void;
  onSelect: (door: number) => void;
}

/** The front of the cabinet, columns for each size; what a column has left over is the machine's own front. */
export function CabinetFront(props: Props) {
  const columns = SIZES.flatMap((size) => columnsOf(props.doors.filter((door) => door.size === size)));
  const heights = columns.map((doors) => doors.reduce((sum, door) => sum + HEIGHT[door.size], 0));
  const tallest = Math.max(...heights);

  return (
    <section class="cabinet" aria-label="Doors">
      {columns.map((doors, index) => (
        <div class="column" key={doors[0]?.number}>
          {doors.map((door) => (
            <Door
              key={door.number}
              door={door}
              height={HEIGHT[door.size]}
              selected={door.number === props.selected}
              onPushShut={() => props.onPushShut(door.number)}
              onMoveParcel={(goesIn) => props.onMoveParcel(door.number, goesIn)}
              onSelect={() => props.onSelect(door.number)}
            />
          ))}
          <Blank height={tallest - (heights[index] ?? 0)} />
        </div>
      ))}
    </section>
  );
}

function columnsOf(doors: DoorView[]): DoorView[][] {
  const [first] = doors;
  if (!first) return [];
  const perColumn = Math.floor(COLUMN_HEIGHT_MAX / HEIGHT[first.size]);
  return [doors.slice(0, perColumn), ...columnsOf(doors.slice(perColumn))];
}

/** Where the screen and the scanner sit. */
function Blank({ height }: { height: number }) {
  if (height < 0.5) return null;
  return (
    <div class="blank" style={{ flexGrow: height }} aria-hidden="true">
      <div class="screen" />
      <div class="scan-window" />
    </div>
  );
}
