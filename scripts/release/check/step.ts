export interface Step {
  step: string;
  ok: boolean;
  seconds: number;
  /** What went wrong, or what exactly was done. */
  detail?: string;
}

/** Undefined after a failure, which is written down; what needs the result is then left out. */
export type Stepper = <T>(name: string, act: () => Promise<T>) => Promise<T | undefined>;

/** Does one thing after the other, and writes down into `steps` how each ended. */
export function stepper(steps: Step[], say: (line: string) => void): Stepper {
  return async (name, act) => {
    const startedAt = performance.now();
    const seconds = () => Math.round((performance.now() - startedAt) / 100) / 10;
    try {
      const result = await act();
      const detail = typeof result === 'string' ? { detail: result.trim() } : {};
      steps.push({ step: name, ok: true, seconds: seconds(), ...detail });
      say(`ok: ${name} (${seconds()} s)`);
      return result;
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      steps.push({ step: name, ok: false, seconds: seconds(), detail });
      say(`FAILED: ${name}: ${detail}`);
      return undefined;
    }
  };
}
