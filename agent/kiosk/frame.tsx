import type { ComponentChildren } from 'preact';
import { texts } from './texts.ts';
import type { WhoseLocker } from './whose-locker.ts';

interface Props {
  whose: WhoseLocker;
  online: boolean;
  /** Opens the list of problems; null where there is none. */
  report: (() => void) | null;
  children: ComponentChildren;
}

/** Around every screen: which locker this is, and whom to call. */
export function Frame({ whose, online, report, children }: Props) {
  return (
    <>
      <header>
        <p class="locker-name">{whose.lockerName || texts.thisLocker}</p>
        {!online && <p class="offline">{texts.offline}</p>}
      </header>
      {children}
      <footer>
        <p>
          {whose.helpNumber ? (
            <>
              {texts.help} <strong>{whose.helpNumber}</strong>
            </>
          ) : (
            texts.helpOnSticker
          )}
        </p>
        {report && (
          <button type="button" class="report" onClick={report}>
            {texts.reportProblem}
          </button>
        )}
      </footer>
    </>
  );
}
