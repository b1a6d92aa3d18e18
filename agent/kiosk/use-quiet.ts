import { useLayoutEffect, useState } from 'preact/hooks';

/** Counts how often nobody has touched the screen for a while, so that what was left on it can be wiped. */
export function useQuiet(afterMs: number): number {
  const [count, setCount] = useState(0);

  // Before the screen is painted, so that no touch of it is missed.
  useLayoutEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const restart = () => {
      clearTimeout(timer);
      timer = setTimeout(() => setCount((before) => before + 1), afterMs);
    };
    restart();
    addEventListener('pointerdown', restart);
    addEventListener('keydown', restart);
    return () => {
      clearTimeout(timer);
      removeEventListener('pointerdown', restart);
      removeEventListener('keydown', restart);
    };
  }, [afterMs]);

  return count;
}
