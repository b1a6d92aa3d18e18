import { DoorPicture } from './door-picture.tsx';
import { Layout } from './layout.tsx';
import type { ScreenOf, ScreenProps } from './screen-props.ts';
import { texts } from './texts.ts';

export function StartingScreen({ notice }: ScreenProps) {
  return <Layout {...texts.starting} notice={notice} />;
}

export function CourierReadyScreen({ screen, notice, onAction }: ScreenOf<'courierReady'> & ScreenProps) {
  const { title, lines, done } = texts.courierReady(screen.carrier, screen.deposited);
  return (
    <Layout title={title} lines={lines} notice={notice} picture={<ScanPicture />}>
      <button type="button" class="primary" onClick={() => onAction({ do: 'finish' })}>
        {done}
      </button>
    </Layout>
  );
}

export function StuckScreen(props: ScreenOf<'stuck'> & ScreenProps & { helpNumber: string }) {
  const { screen, notice, onAction, helpNumber } = props;
  return (
    <Layout
      kind="bad"
      {...texts.stuck(screen.slot, screen.why, helpNumber)}
      notice={notice}
      picture={<DoorPicture slot={screen.slot} how="shut" />}
    >
      <button type="button" class="primary" onClick={() => onAction({ do: 'finish' })}>
        {texts.understood}
      </button>
      {screen.why !== 'not reached' && (
        <button type="button" onClick={() => onAction({ do: 'confirmDoor', position: 'open' })}>
          {texts.itIsOpen}
        </button>
      )}
    </Layout>
  );
}

export function ThanksScreen({ screen, notice, onAction }: ScreenOf<'thanks'> & ScreenProps) {
  return (
    <Layout
      kind="good"
      {...texts.thanks[screen.person](screen.slots)}
      notice={notice}
      picture={<TickPicture />}
    >
      <button type="button" class="primary" onClick={() => onAction({ do: 'finish' })}>
        {texts.nextPerson}
      </button>
    </Layout>
  );
}

/** The page runs but has no line to the agent, so it knows nothing of the doors and says so. */
export function LostScreen({ wasThere, helpNumber }: { wasThere: boolean; helpNumber: string }) {
  return <Layout kind="bad" {...(wasThere ? texts.lost(helpNumber) : texts.connecting)} />;
}

function ScanPicture() {
  return (
    <svg class="scan-picture" viewBox="0 0 64 64" aria-hidden="true">
      <path
        d="M4 18V4h14M46 4h14v14M60 46v14H46M18 60H4V46"
        fill="none"
        stroke="currentColor"
        stroke-width="5"
      />
      <path
        d="M15 16v32M23 16v32M28 16v32M36 16v32M44 16v32M49 16v32"
        stroke="currentColor"
        stroke-width="4"
      />
      <path class="beam" d="M8 32h48" stroke-width="3" />
    </svg>
  );
}

function TickPicture() {
  return (
    <svg class="tick-picture" viewBox="0 0 64 64" aria-hidden="true">
      <circle cx="32" cy="32" r="28" fill="none" stroke="currentColor" stroke-width="5" />
      <path d="m19 33 9 9 18-20" fill="none" stroke="currentColor" stroke-width="6" />
    </svg>
  );
}
