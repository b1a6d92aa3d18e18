import type { Clock } from './clock.ts';

/** Lets others follow a thing that changes. */
export interface Watch {
  /** To be called after each change. */
  changed(): void;
  onChange(listener: () => void): () => void;
  /**
   * Resolves as soon as `holds`, which is asked now and after each change. Rejects with code `WAITED_IN_VAIN` after
   * `timeoutMs`; `describe` then says how things stood.
   */
  until(holds: () => boolean, timeoutMs: number, describe: () => string): Promise<void>;
}

export function createWatch(clock: Clock): Watch {
  const listeners = new Set<() => void>();
  const onChange = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  return {
    changed: () => {
      for (const listener of [...listeners]) listener();
    },
    onChange,
    until: (holds, timeoutMs, describe) =>
      new Promise((resolve, reject) => {
        if (holds()) return resolve();
        const off = onChange(() => {
          if (!holds()) return;
          end();
          resolve();
        });
        const cancel = clock.after(timeoutMs, () => {
          end();
          const message = `nothing of the kind within ${timeoutMs} ms; it stands at ${describe()}`;
          reject(Object.assign(new Error(message), { code: 'WAITED_IN_VAIN' }));
        });
        const end = () => {
          off();
          cancel();
        };
        return undefined;
      }),
  };
}
