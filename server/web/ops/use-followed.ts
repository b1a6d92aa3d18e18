import { useEffect, useRef, useState } from 'preact/hooks';
import { ask } from '../common/ask.ts';

/**
 * What the API answers at a path, and how to say that it changed. Many such words are one look: between two there are at
 * least `pauseMs`. Null while nothing was answered yet, or for no path; a failed look leaves what there was.
 */
export function useFollowed<Value>(
  path: string | null,
  pauseMs: number,
): { value: Value | null; refresh: () => void } {
  const [found, setFound] = useState<{ path: string; value: Value } | null>(null);
  const refresh = useRef(() => {});

  useEffect(() => {
    if (path === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    let isDue = false;
    let isLooking = false;
    const look = async () => {
      isLooking = true;
      isDue = false;
      const answer = await ask<Value>(path);
      if (ended) return;
      if (answer.ok) setFound({ path, value: answer.value });
      timer = setTimeout(() => {
        isLooking = false;
        if (isDue) void look();
      }, pauseMs);
    };
    refresh.current = () => {
      isDue = true;
      if (!isLooking) void look();
    };
    void look();
    return () => {
      ended = true;
      clearTimeout(timer);
      refresh.current = () => {};
    };
  }, [path, pauseMs]);

  // Of another path nothing is shown, not even for the moment before its answer.
  return { value: found?.path === path ? found.value : null, refresh: () => refresh.current() };
}
