import { DoorPicture } from './door-picture.tsx';
import { Layout } from './layout.tsx';
import type { ScreenOf, ScreenProps } from './screen-props.ts';
import { texts } from './texts.ts';

/** A further attempt looks like the rest before it, so that nobody lets go of the door in between. */
const pictures = {
  resting: 'resting',
  unlocking: 'unlocking',
  watching: 'unlocking',
  pushAndWait: 'pushAndWait',
  pushNow: 'pushAndWait',
} as const;

/** The door is on its way: the person waits, or helps it by pushing. */
export function UnlockingScreen({ screen, notice, onAction }: ScreenOf<'unlocking'> & ScreenProps) {
  const { stage, attempt, attemptsMax } = screen;
  const { title, lines } = texts.unlocking[stage](screen.slot);
  const next = stage === 'pushAndWait' ? attempt + 1 : attempt;
  return (
    <Layout
      title={title}
      lines={next > 1 ? [...lines, texts.nextTry(next, attemptsMax)] : lines}
      notice={notice}
      picture={<DoorPicture slot={screen.slot} how={pictures[screen.stage]} />}
    >
      {(stage === 'pushAndWait' || stage === 'pushNow') && (
        <button type="button" onClick={() => onAction({ do: 'confirmDoor', position: 'open' })}>
          {texts.itIsOpen}
        </button>
      )}
      {screen.stage === 'resting' && (
        <button type="button" onClick={() => onAction({ do: 'cancel' })}>
          {texts.cancel}
        </button>
      )}
    </Layout>
  );
}
