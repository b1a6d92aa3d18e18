import { useEffect, useState } from 'preact/hooks';
import type { TouchedSlot } from '../core/screen.ts';
import { DoorPicture } from './door-picture.tsx';
import { Layout } from './layout.tsx';
import type { ScreenOf, ScreenProps } from './screen-props.ts';
import { serviceTexts } from './service-texts.ts';

/** A second tap of the same finger must not answer for the next slot. */
const answerAfterMs = 700;

/** So many fit beside everything else. */
const unseenButtonsMax = 2;
const doorsOnPage = 3;

/** A technician is at work: whoever else comes is told when to come back. */
export function ServiceScreen({ screen, notice, onAction }: ScreenOf<'service'> & ScreenProps) {
  const { user, minutesLeft, touched, unseen } = screen;
  const few = unseen.length <= unseenButtonsMax;
  const [choosing, setChoosing] = useState(false);
  if (choosing && !few)
    return (
      <ChooseDoor doors={unseen} notice={notice} onAction={onAction} onBack={() => setChoosing(false)} />
    );
  const { title, lines } = serviceTexts.atWork(minutesLeft, touched);
  const open = touched.filter(({ door }) => door === 'open');
  const last = [serviceTexts.by(user), ...(open.length === 0 ? [] : [serviceTexts.standOpen(open)])];
  const all = [...lines, ...last, ...(few ? [] : [serviceTexts.unseenMany(unseen.length)])];
  return (
    <Layout title={title} lines={all} notice={notice} picture={<WrenchPicture />}>
      <button type="button" class="primary" onClick={() => onAction({ do: 'endService' })}>
        {serviceTexts.finish}
      </button>
      {few &&
        unseen.map((slot) => (
          <button type="button" key={slot} onClick={() => onAction({ do: 'touchSlot', slot })}>
            {serviceTexts.openedByHand(slot)}
          </button>
        ))}
      {!few && (
        <button type="button" onClick={() => setChoosing(true)}>
          {serviceTexts.openedAnother}
        </button>
      )}
    </Layout>
  );
}

/** A page of the doors that nobody sees: those that the technician opened by hand are touched one after another. */
function ChooseDoor(props: ScreenProps & { doors: readonly number[]; onBack: () => void }) {
  const { doors, notice, onAction, onBack } = props;
  const [page, setPage] = useState(0);
  const pages = Math.ceil(doors.length / doorsOnPage);
  const first = (page % pages) * doorsOnPage;
  return (
    <Layout title={serviceTexts.whichDoor} lines={[]} notice={notice}>
      {doors.slice(first, first + doorsOnPage).map((slot) => (
        <button type="button" key={slot} onClick={() => onAction({ do: 'touchSlot', slot })}>
          {serviceTexts.openedByHand(slot)}
        </button>
      ))}
      {pages > 1 && (
        <button type="button" onClick={() => setPage(page + 1)}>
          {serviceTexts.moreDoors}
        </button>
      )}
      <button type="button" class="primary" onClick={onBack}>
        {serviceTexts.back}
      </button>
    </Layout>
  );
}

/** The work is over: one slot after the other, what lies inside? Open doors come last, since they must be shut first. */
export function ServiceLeavingScreen(props: ScreenOf<'serviceLeaving'> & ScreenProps) {
  const { screen, notice } = props;
  const open = screen.touched.filter(({ door }) => door === 'open');
  const [next, ...later] = screen.touched.filter(({ door }) => door !== 'open');
  if (next) return <InsideScreen key={next.slot} {...props} asked={next} more={later.length} open={open} />;
  const [first] = open;
  return (
    <Layout
      kind="bad"
      {...serviceTexts.shut(open)}
      notice={notice}
      picture={first && <DoorPicture slot={first.slot} how="open" />}
    />
  );
}

function InsideScreen(
  props: ScreenOf<'serviceLeaving'> &
    ScreenProps & { asked: TouchedSlot; more: number; open: readonly TouchedSlot[] },
) {
  const { screen, notice, onAction, asked, more, open } = props;
  const { slot, recorded } = asked;
  const ready = useReady(answerAfterMs);
  const settle = (occupied: boolean) => onAction({ do: 'settleSlot', slot, occupied });
  const rest = [
    ...(more === 0 ? [] : [serviceTexts.more(more)]),
    ...(open.length === 0 ? [] : [serviceTexts.standOpen(open)]),
  ].join(' ');
  const lines = [
    ...(screen.why === 'time is up' ? [serviceTexts.timeIsUp] : []),
    `${serviceTexts.recorded[recorded]} ${serviceTexts.unanswered}`,
    ...(rest === '' ? [] : [rest]),
  ];
  return (
    <Layout
      title={serviceTexts.inside(slot)}
      lines={lines}
      notice={notice}
      picture={<DoorPicture slot={slot} how="shut" />}
    >
      <button type="button" disabled={!ready} onClick={() => settle(false)}>
        {serviceTexts.empty}
      </button>
      <button type="button" disabled={!ready} onClick={() => settle(true)}>
        {serviceTexts.occupied}
      </button>
    </Layout>
  );
}

/** True once what is shown has been there for a moment. */
function useReady(afterMs: number): boolean {
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setReady(true), afterMs);
    return () => clearTimeout(timer);
  }, [afterMs]);
  return ready;
}

function WrenchPicture() {
  return (
    <svg class="wrench-picture" viewBox="0 0 64 64" aria-hidden="true">
      <path
        d="M40 8a14 14 0 0 0-13 19L7 47l10 10 20-20a14 14 0 0 0 19-13q0-3-1-5l-8 8-8-2-2-8 8-8q-2-1-5-1z"
        fill="none"
        stroke="currentColor"
        stroke-width="5"
        stroke-linejoin="round"
      />
    </svg>
  );
}
