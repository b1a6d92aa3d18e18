import { useEffect } from 'preact/hooks';
import { Frame } from './frame.tsx';
import { LostScreen } from './plain-screens.tsx';
import { Stage } from './stage.tsx';
import { useLocker } from './use-locker.ts';
import { useQuiet } from './use-quiet.ts';
import { recallWhose, rememberWhose } from './whose-locker.ts';

/** Whoever leaves in the middle of typing leaves nothing for the next one. */
const wipeAfterMs = 20_000;

/** Shows what the agent says, and nothing of its own but the digits being typed and the list of problems. */
export function App() {
  const { view, noticeSinceMs, connected, refused, send } = useLocker();
  const quiet = useQuiet(wipeAfterMs);

  useEffect(() => {
    if (view) rememberWhose(view);
  }, [view]);

  if (!view || !connected) {
    const whose = view ?? recallWhose();
    return (
      <Frame whose={whose} online={true} report={null}>
        <LostScreen wasThere={view !== null} helpNumber={whose.helpNumber} />
      </Frame>
    );
  }
  const { screen } = view;
  // A new key makes all that the page keeps by itself anew: another screen, another door, or nobody there for a while.
  const key = [screen.name, 'slot' in screen ? screen.slot : '', quiet].join(' ');
  return <Stage key={key} view={view} noticeSinceMs={noticeSinceMs} refused={refused} onAction={send} />;
}
