import { useState } from 'preact/hooks';
import type { QuickScan } from '../../cabinet/view.ts';

const REMEMBERED_MAX = 4;

interface Props {
  quickScans: QuickScan[];
  unplugged: boolean;
  onScan: (text: string, end: string) => void;
  onUnplug: (unplugged: boolean) => void;
}

/** The scanner in a person's hand: any text, the usual ones by a button, and the last ones again. */
export function ScannerCard({ quickScans, unplugged, onScan, onUnplug }: Props) {
  const [text, setText] = useState('');
  const [end, setEnd] = useState('CR');
  const [remembered, setRemembered] = useState<string[]>([]);

  const scan = (what: string) => {
    if (what === '') return;
    onScan(what, end);
    const isQuick = quickScans.some((quick) => quick.text === what);
    if (!isQuick) setRemembered([what, ...remembered.filter((old) => old !== what)].slice(0, REMEMBERED_MAX));
  };

  return (
    <section class="card">
      <h2>Scanner</h2>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          scan(text);
          setText('');
        }}
      >
        <input
          aria-label="Text to scan"
          placeholder="Any text"
          value={text}
          maxLength={4096}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <select
          aria-label="Sent after the text"
          value={end}
          onChange={(event) => setEnd(event.currentTarget.value)}
        >
          <option value="CR">CR</option>
          <option value="LF">LF</option>
          <option value="CRLF">CRLF</option>
          <option value="none">none</option>
        </select>
        <button type="submit" class="primary" disabled={unplugged}>
          Scan
        </button>
      </form>
      <div class="chips">
        {quickScans.map((quick) => (
          <button type="button" title={quick.text} disabled={unplugged} onClick={() => scan(quick.text)}>
            {quick.label}
          </button>
        ))}
        {remembered.map((old) => (
          <button
            type="button"
            class="again"
            title="Scan it again"
            disabled={unplugged}
            onClick={() => scan(old)}
          >
            {old}
          </button>
        ))}
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={unplugged}
          onChange={(event) => onUnplug(event.currentTarget.checked)}
        />
        Scanner unplugged
      </label>
    </section>
  );
}
