import type { RecordEntry } from '../../cabinet/record.ts';

/** What truly happened, newest first, whatever the boards said of it. */
export function HappeningsCard({ recent }: { recent: readonly RecordEntry[] }) {
  return (
    <section class="card">
      <h2>What truly happened</h2>
      {recent.length === 0 && <p class="quiet">Nothing yet.</p>}
      <ol class="happenings">
        {[...recent].reverse().map((entry) => (
          <li key={entry.seq}>
            <time>{new Date(entry.atMs).toLocaleTimeString('en-GB')}</time>{' '}
            {entry.door !== null && `Door ${entry.door}: `}
            {inWords(entry)}
          </li>
        ))}
      </ol>
    </section>
  );
}

function inWords(entry: RecordEntry): string {
  switch (entry.kind) {
    case 'pulse':
      return entry.durationMs === null ? 'coil driven' : `coil driven for ${entry.durationMs} ms`;
    case 'coilOff':
      return entry.cut ? `coil cut after ${Math.round(entry.drivenMs)} ms` : 'coil off';
    case 'keyTurned':
      return 'a key was turned';
    case 'pushedIn':
      return 'is being pushed in';
    case 'opened':
      return 'sprang open';
    case 'closed':
      return 'was pushed shut';
    case 'parcelIn':
      return 'a parcel went in';
    case 'parcelOut':
      return 'a parcel came out';
    case 'supplySagged':
      return `Supply ${entry.supply} sagged under ${entry.coilsOn} coils`;
    case 'boardReset':
      return `Board ${entry.board} of line ${entry.line} reset`;
  }
}
