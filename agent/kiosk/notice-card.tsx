import { useEffect, useState } from 'preact/hooks';
import type { Notice } from '../core/screen.ts';
import { texts } from './texts.ts';

/** A refusal or a hint, over what the screen says. */
export function NoticeCard(props: { notice: Notice; sinceMs: number; helpNumber: string }) {
  const { notice, sinceMs, helpNumber } = props;
  const waitS = notice.kind === 'refused' ? notice.retryInS : undefined;
  const { title, line } = noticeText(notice, helpNumber);
  return (
    <div class={`notice ${notice.kind}`} role="alert">
      <h2>{title}</h2>
      <p>{line}</p>
      {waitS !== undefined && <Wait key={sinceMs} untilMs={sinceMs + waitS * 1000} />}
    </div>
  );
}

/** What was touched did not reach the agent, or it could make nothing of it. */
export function RefusedCard() {
  return (
    <div class="notice refused" role="alert">
      <h2>{texts.notTaken.title}</h2>
      <p>{texts.notTaken.line}</p>
    </div>
  );
}

function noticeText(notice: Notice, helpNumber: string): { title: string; line: string } {
  switch (notice.kind) {
    case 'refused':
      return texts.denials[notice.reason](helpNumber);
    case 'closeDoorFirst':
      return texts.closeDoorFirst(notice.slot);
    case 'problemReported':
      return texts.problemReported(notice.slot);
    case 'contradicted':
      return texts.contradicted[notice.sensed](notice.slot);
    case 'slotOutOfService':
      return texts.slotOutOfService(notice.slot, notice.next);
    case 'beingServiced':
      return texts.beingServiced;
    case 'slotNotReached':
      return texts.slotNotReached(notice.slot, notice.next);
  }
}

/** Counts down to a moment in Unix milliseconds. */
function Wait({ untilMs }: { untilMs: number }) {
  const [nowMs, setNowMs] = useState(() => Date.now());

  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);

  const leftS = Math.ceil((untilMs - nowMs) / 1000);
  // Read out once: a screen reader that counts along says nothing else any more.
  return (
    <p class="wait" aria-live="off">
      {leftS > 0 ? texts.waitS(leftS) : texts.waitOver}
    </p>
  );
}
