import type { Problem, SlotNumber } from '@latchwork/shared';
import { Layout } from './layout.tsx';
import { texts } from './texts.ts';

interface Props {
  slot: SlotNumber | undefined;
  problems: readonly Problem[];
  onReport: (problem: Problem) => void;
  onBack: () => void;
}

/** What is wrong? One touch reports it. */
export function ReportScreen({ slot, problems, onReport, onBack }: Props) {
  return (
    <Layout title={texts.report.title(slot)} lines={texts.report.lines}>
      {problems.map((problem) => (
        <button type="button" key={problem} onClick={() => onReport(problem)}>
          {texts.problems[problem]}
        </button>
      ))}
      <button type="button" class="primary" onClick={onBack}>
        {texts.back}
      </button>
    </Layout>
  );
}
