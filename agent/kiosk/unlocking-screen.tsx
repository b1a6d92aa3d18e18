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
  const { title, lines } = texts.unlocking[screen.stage](screen.slot);
  return (
    <Layout
      title={title}
      lines={lines}
      notice={notice}
      picture={<DoorPicture slot={screen.slot} how={pictures[screen.stage]} />}
    >
      {screen.stage === 'resting' && (
        <button type="button" onClick={() => onAction({ do: 'cancel' })}>
          {texts.cancel}
        </button>
      )}
    </Layout>
  );
}
