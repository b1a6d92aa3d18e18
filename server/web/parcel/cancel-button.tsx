import { useState } from 'preact/hooks';
import { Trouble } from '../common/page.tsx';

/** Asked twice, since what is cancelled cannot be had back. `onCancel` resolves with what went wrong, or null. */
export function CancelButton({ onCancel }: { onCancel: () => Promise<string | null> }) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const cancel = async () => {
    setBusy(true);
    setTrouble(await onCancel());
    setBusy(false);
    setAsking(false);
  };

  return (
    <div class="cancel">
      {asking ? (
        <>
          <p>The slot is given up, and the code will open nothing.</p>
          <button type="button" class="danger" onClick={() => void cancel()} disabled={busy}>
            {busy ? 'Cancelling…' : 'Yes, cancel it'}
          </button>{' '}
          <button type="button" onClick={() => setAsking(false)} disabled={busy}>
            Keep it
          </button>
        </>
      ) : (
        <button type="button" onClick={() => setAsking(true)}>
          Cancel this booking
        </button>
      )}
      <Trouble words={trouble} />
    </div>
  );
}
