import type { LineFaultsChange, LockLineFaults } from '../../cabinet/faults.ts';
import type { LockLineView } from '../../cabinet/view.ts';
import { Choice } from './choice.tsx';

type BoardFaults = Pick<LockLineFaults, 'deadBoards' | 'misaddressed' | 'wrongAnswers' | 'resetting'>;

/** In mid-pulse, and as long as a small controller takes to start. */
const RESETTING = { afterMs: 100, silentMs: 1000 };

interface Props {
  line: LockLineView;
  board: LockLineView['boards'][number];
  onChange: (change: LineFaultsChange) => void;
  onReset: () => void;
}

/** One board: what is wrong with it, and its power switch. */
export function BoardRow({ line, board, onChange, onReset }: Props) {
  const { address } = board;
  const others = line.boards.filter((other) => other.address !== address);
  const without = withoutBoard(line, address);
  const options = [
    { label: 'Sound', value: without },
    { label: 'Dead', value: { ...without, deadBoards: [...without.deadBoards, address] } },
    {
      label: 'Resets as it pulses',
      value: { ...without, resetting: [...without.resetting, { board: address, ...RESETTING }] },
    },
    {
      label: 'Answers in another name',
      value: {
        ...without,
        wrongAnswers: [...without.wrongAnswers, { board: address, as: strangerTo(line) }],
      },
    },
    ...others.map((other) => ({
      label: `Set to address ${other.address}, too`,
      value: { ...without, misaddressed: [...without.misaddressed, { board: address, as: other.address }] },
    })),
  ];

  return (
    <div class="board">
      <Choice
        label={`Board ${address}`}
        hint={`${board.profile}, ${board.channels} channels`}
        options={options}
        value={faultsOf(line)}
        onChoose={(faults) => onChange({ line: line.name, ...faults })}
      />
      <button type="button" onClick={onReset}>
        Reset<span class="unseen"> board {address}</span>
      </button>
    </div>
  );
}

function faultsOf({ deadBoards, misaddressed, wrongAnswers, resetting }: BoardFaults): BoardFaults {
  return { deadBoards, misaddressed, wrongAnswers, resetting };
}

function withoutBoard(faults: BoardFaults, address: number): BoardFaults {
  const isOther = ({ board }: { board: number }) => board !== address;
  return {
    deadBoards: faults.deadBoards.filter((board) => board !== address),
    misaddressed: faults.misaddressed.filter(isOther),
    wrongAnswers: faults.wrongAnswers.filter(isOther),
    resetting: faults.resetting.filter(isOther),
  };
}

/** An address that no board of the line has. */
function strangerTo({ boards }: LockLineView): number {
  return Math.max(...boards.map(({ address }) => address)) + 1;
}
