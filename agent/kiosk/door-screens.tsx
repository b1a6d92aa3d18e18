import { DoorPicture } from './door-picture.tsx';
import { Layout } from './layout.tsx';
import type { ScreenOf, ScreenProps } from './screen-props.ts';
import { texts } from './texts.ts';

/** A door without a switch: the person is asked what no switch can tell. */
export function ConfirmOpenScreen({ screen, notice, onAction }: ScreenOf<'confirmOpen'> & ScreenProps) {
  const { slot } = screen;
  const { title, lines, yes, no } = texts.confirmOpen;
  return (
    <Layout
      title={title(slot)}
      lines={lines}
      notice={notice}
      picture={<DoorPicture slot={slot} how="unlocking" />}
    >
      <button type="button" class="primary" onClick={() => onAction({ do: 'confirmDoor', position: 'open' })}>
        {yes}
      </button>
      <button
        type="button"
        onClick={() => onAction({ do: 'reportProblem', slot, problem: 'door did not open' })}
      >
        {no}
      </button>
    </Layout>
  );
}

export function DoorOpenScreen({ screen, notice, onAction }: ScreenOf<'doorOpen'> & ScreenProps) {
  const { slot, purpose, blind, found } = screen;
  const { title, lines } = texts.doorOpen[purpose](slot);
  return (
    <Layout
      kind="good"
      title={title}
      lines={blind ? [...lines, texts.shutBlindDoor] : lines}
      notice={notice}
      picture={<DoorPicture slot={slot} how="open" />}
    >
      {blind && (
        <button
          type="button"
          class="primary"
          onClick={() => onAction({ do: 'confirmDoor', position: 'closed' })}
        >
          {texts.iHaveShutIt}
        </button>
      )}
      {found && (
        <button type="button" onClick={() => onAction({ do: 'doorIsShut' })}>
          {texts.itIsShut}
        </button>
      )}
      {purpose === 'deposit' && (
        <button type="button" onClick={() => onAction({ do: 'cancel' })}>
          {texts.takeParcelBack}
        </button>
      )}
    </Layout>
  );
}

export function DoorClosedScreen({ screen, notice, onAction }: ScreenOf<'doorClosed'> & ScreenProps) {
  const { slot, purpose, sensed } = screen;
  const { title, lines, done } = sensed
    ? texts.doorClosedSensed[sensed](slot)
    : texts.doorClosed[purpose](slot);
  return (
    <Layout title={title} lines={lines} notice={notice} picture={<DoorPicture slot={slot} how="shut" />}>
      <button type="button" class="primary" onClick={() => onAction({ do: 'finish' })}>
        {done}
      </button>
      <button type="button" onClick={() => onAction({ do: 'reopen' })}>
        {texts.openAgain}
      </button>
      {purpose === 'deposit' && (
        <button type="button" onClick={() => onAction({ do: 'cancel' })}>
          {texts.tookParcelBack}
        </button>
      )}
    </Layout>
  );
}
