import type { LineFaultsChange, LockLineFaults } from '../../cabinet/faults.ts';
import type { LockLineView } from '../../cabinet/view.ts';
import { BoardRow } from './board-row.tsx';
import { Choice } from './choice.tsx';

const NOISES: { label: string; value: LockLineFaults['noise'] }[] = [
  { label: 'No', value: null },
  { label: 'Before replies', value: { style: 'beforeReplies', everyNth: 1 } },
  { label: 'Garbles every 3rd reply', value: { style: 'garbledReplies', everyNth: 3 } },
  { label: 'Garbles every reply', value: { style: 'garbledReplies', everyNth: 1 } },
];
const TRUNCATIONS: { label: string; value: LockLineFaults['truncated'] }[] = [
  { label: 'No', value: null },
  { label: 'Every 3rd', value: { bytesLost: 2, everyNth: 3 } },
  { label: 'All of them', value: { bytesLost: 2, everyNth: 1 } },
];
const DELAYS: { label: string; value: LockLineFaults['late'] }[] = [
  { label: 'No', value: null },
  { label: 'Every 3rd, by 1 s', value: { delayMs: 1000, everyNth: 3 } },
  { label: 'All, by 2 s', value: { delayMs: 2000, everyNth: 1 } },
];
const FLOODS: { label: string; value: LockLineFaults['flood'] }[] = [
  { label: 'No', value: null },
  { label: 'A trickle', value: { bytesPerS: 50 } },
  { label: 'As fast as the line', value: { bytesPerS: 960 } },
];

interface Props {
  line: LockLineView;
  onChange: (change: LineFaultsChange) => void;
  onResetBoard: (board: number) => void;
}

/** Breaks and mends a line of lock boards and the boards on it. */
export function LineFaultsCard({ line, onChange, onResetBoard }: Props) {
  const change = (faults: Partial<LockLineFaults>) => onChange({ line: line.name, ...faults });

  return (
    <section class="card" data-line={line.name}>
      <h2>
        Line {line.name}{' '}
        <small>
          {line.baud} baud, {line.address}
        </small>
      </h2>
      {line.boards.map((board) => (
        <BoardRow
          key={board.address}
          line={line}
          board={board}
          onChange={onChange}
          onReset={() => onResetBoard(board.address)}
        />
      ))}
      <label class="check">
        <input
          type="checkbox"
          checked={line.unplugged}
          onChange={(event) => change({ unplugged: event.currentTarget.checked })}
        />
        Line unplugged
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={line.echo}
          onChange={(event) => change({ echo: event.currentTarget.checked })}
        />
        Adapter echoes
      </label>
      <Choice label="Noise" options={NOISES} value={line.noise} onChoose={(noise) => change({ noise })} />
      <Choice
        label="Replies cut short"
        options={TRUNCATIONS}
        value={line.truncated}
        onChoose={(truncated) => change({ truncated })}
      />
      <Choice label="Replies late" options={DELAYS} value={line.late} onChoose={(late) => change({ late })} />
      <Choice
        label="Garbage flood"
        options={FLOODS}
        value={line.flood}
        onChoose={(flood) => change({ flood })}
      />
    </section>
  );
}
