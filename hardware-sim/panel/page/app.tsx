import { useEffect, useState } from 'preact/hooks';
import { api } from './api.ts';
import { CabinetFront } from './cabinet-front.tsx';
import { DoorFaultsCard } from './door-faults-card.tsx';
import { HappeningsCard } from './happenings-card.tsx';
import { LineFaultsCard } from './line-faults-card.tsx';
import { ScannerCard } from './scanner-card.tsx';
import { Toggle } from './toggle.tsx';
import { useCabinet } from './use-cabinet.ts';

const NOTICE_MS = 4000;

/** The cabinet on the left, what a person can do around it on the right. */
export function App() {
  const { view, connected } = useCabinet();
  const [selected, setSelected] = useState<number | null>(null);
  const [notice, setNotice] = useState<string | null>(null);
  const tell = (outcome: Promise<string | null>) => void outcome.then(setNotice);

  useEffect(() => {
    if (notice === null) return;
    const timer = setTimeout(() => setNotice(null), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [notice]);

  if (!view) return <p class="waiting">Looking for the cabinet…</p>;
  const door = view.doors.find(({ number }) => number === selected);

  return (
    <>
      <header>
        <h1>Cabinet</h1>
        <span class="hint">You are the people in front of it. Doors open by their locks alone.</span>
        {view.serviceSwitch !== null && (
          <Toggle
            label={view.serviceSwitch ? 'Service switch on' : 'Service switch off'}
            on={view.serviceSwitch}
            onMeans="bad"
            onSwitch={(on) => tell(api.setServiceSwitch(on))}
          />
        )}
        <Toggle
          label={view.network.cut ? 'Network cut: click to restore' : 'Network up: click to cut'}
          on={!view.network.cut}
          onMeans="good"
          onSwitch={(on) => tell(api.setNetworkCut(!on))}
        />
      </header>
      <main>
        <CabinetFront
          doors={view.doors}
          selected={selected}
          onPushShut={(number) => tell(api.pushShut(number))}
          onMoveParcel={(number, goesIn) => tell(api.moveParcel(number, goesIn))}
          onSelect={(number) => setSelected(number === selected ? null : number)}
        />
        <aside>
          <ScannerCard
            quickScans={view.quickScans}
            unplugged={view.scanner.unplugged}
            onScan={(text, end) => tell(api.scan(text, end))}
            onUnplug={(unplugged) => tell(api.changeLineFaults({ line: 'scanner', unplugged }))}
          />
          <DoorFaultsCard
            door={door ?? null}
            onChange={(change) => door && tell(api.changeDoorFaults(door.number, change))}
            onPushIn={() => door && tell(api.pushIn(door.number))}
            onTurnKey={() => door && tell(api.turnKey(door.number))}
          />
          {view.lockLines.map((line) => (
            <LineFaultsCard
              key={line.name}
              line={line}
              onChange={(change) => tell(api.changeLineFaults(change))}
              onResetBoard={(board) => tell(api.resetBoard(line.name, board))}
            />
          ))}
          <HappeningsCard recent={view.recent} />
        </aside>
      </main>
      {!connected && <p class="notice lost">The simulator does not answer. Trying again…</p>}
      {connected && notice && (
        <p class="notice" role="status">
          Nothing done: {notice}.
        </p>
      )}
    </>
  );
}
