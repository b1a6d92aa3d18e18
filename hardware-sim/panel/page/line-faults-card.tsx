import type { LineFaultsChange, LockLineFaults } from '../../cabinet/faults.ts';
import { Choice } from './choice.tsx';

const NOISES: { label: string; value: LockLineFaults['noise'] }[] = [
  { label: 'No', value: null },
  { label: 'Before replies', value: { style: 'beforeReplies', everyNth: 1 } },
  { label: 'Garbles every 3rd reply', value: { style: 'garbledReplies', everyNth: 3 } },
  { label: 'Garbles every reply', value: { style: 'garbledReplies', everyNth: 1 } },
];

interface Props {
  lock: { address: string } & LockLineFaults;
  boards: number[];
  onChange: (change: LineFaultsChange) => void;
}

/** Breaks and mends the lock boards and their line. */
export function LineFaultsCard({ lock, boards, onChange }: Props) {
  const setDead = (board: number, dead: boolean) =>
    onChange({
      deadBoards: dead ? [...lock.deadBoards, board] : lock.deadBoards.filter((other) => other !== board),
    });

  return (
    <section class="card">
      <h2>
        Lock boards <small>{lock.address}</small>
      </h2>
      {boards.map((board) => (
        <label class="check">
          <input
            type="checkbox"
            checked={lock.deadBoards.includes(board)}
            onChange={(event) => setDead(board, event.currentTarget.checked)}
          />
          Board {board} is dead
        </label>
      ))}
      <label class="check">
        <input
          type="checkbox"
          checked={lock.unplugged}
          onChange={(event) => onChange({ unplugged: event.currentTarget.checked })}
        />
        Line unplugged
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={lock.echo}
          onChange={(event) => onChange({ echo: event.currentTarget.checked })}
        />
        Adapter echoes
      </label>
      <Choice label="Noise" options={NOISES} value={lock.noise} onChoose={(noise) => onChange({ noise })} />
    </section>
  );
}
