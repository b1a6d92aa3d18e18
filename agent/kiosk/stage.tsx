import { useState } from 'preact/hooks';
import type { KioskAction } from '../core/input.ts';
import type { KioskView } from '../core/screen.ts';
import { Frame } from './frame.tsx';
import { NoticeCard, RefusedCard } from './notice-card.tsx';
import { problemsAt } from './problems-at.ts';
import { ReportScreen } from './report-screen.tsx';
import { ScreenBody } from './screen-body.tsx';

interface Props {
  view: KioskView;
  noticeSinceMs: number;
  refused: boolean;
  onAction: (action: KioskAction) => void;
}

/** One screen, with a notice over it, or the list of problems instead of it. */
export function Stage({ view, noticeSinceMs, refused, onAction }: Props) {
  const { screen, notice } = view;
  const [reporting, setReporting] = useState(false);
  const problems = problemsAt(screen);
  const slot = 'slot' in screen ? screen.slot : undefined;

  return (
    <Frame
      whose={view}
      online={view.online}
      report={problems.length > 0 && !reporting ? () => setReporting(true) : null}
    >
      {reporting ? (
        <ReportScreen
          slot={slot}
          problems={problems}
          onReport={(problem) => {
            onAction({ do: 'reportProblem', problem, ...(slot === undefined ? {} : { slot }) });
            setReporting(false);
          }}
          onBack={() => setReporting(false)}
        />
      ) : (
        <ScreenBody
          view={view}
          onAction={onAction}
          notice={
            refused ? (
              <RefusedCard />
            ) : (
              notice && <NoticeCard notice={notice} sinceMs={noticeSinceMs} helpNumber={view.helpNumber} />
            )
          }
        />
      )}
    </Frame>
  );
}
