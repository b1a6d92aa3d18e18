import type { GpioFailure, OnEdge } from '../../ports/gpio.ts';
import { toolFailure } from './gpio-failure.ts';
import { findHolder } from './gpiod-holder.ts';
import type { GpiodSession } from './gpiod-session.ts';
import type { Tools } from './tools.ts';

type Input = GpiodSession['inputs'][number];

/** The inputs of one session: looked at by `gpioget`, followed between two looks by `gpiomon`. */
export interface GpiodInputs {
  /** Looks anew. `gpiomon` lets go of the lines for that, since a line serves one program at a time. */
  look(): Promise<{ ok: true; levels: readonly boolean[] } | GpioFailure>;
  /** By the last look and the edges since; undefined where those cannot be trusted. */
  followed(): readonly boolean[] | undefined;
  stop(): Promise<void>;
}

export function gpiodInputs(tools: Tools, session: GpiodSession, onEdge: OnEdge): GpiodInputs {
  const { syntax, inputs } = session;
  const levels: boolean[] = [];
  let followers: { stop(): Promise<void> }[] = [];
  let trusted = false;

  const follow = ({ group, inputs: numbers }: Input) => {
    const [program, ...args] = syntax.monitor(group);
    return tools.follow(program, args, {
      onLine: (line) => {
        const [offset, event] = line.trim().split(' ');
        const input = numbers[group.offsets.indexOf(Number(offset))];
        if (input === undefined) return;
        levels[input] = event === syntax.risingEvent;
        onEdge(input, levels[input]);
      },
      onEnd: () => {
        trusted = false;
      },
    });
  };
  const stop = async () => {
    trusted = false;
    await Promise.all(followers.splice(0).map((follower) => follower.stop()));
  };
  const get = async ({ group, inputs: numbers }: Input): Promise<GpioFailure | undefined> => {
    const [program, ...args] = syntax.get(group);
    const said = await tools.run(program, args);
    if (!said.ok) {
      const failure = toolFailure(said, `lines ${group.offsets.join(', ')} of ${group.chip}`);
      const holder = failure.reason === 'busy' && (await findHolder(tools, session, group.offsets));
      return holder ? { ...failure, detail: holder.detail } : failure;
    }
    const bits = said.stdout.trim().split(/\s+/);
    for (const [at, input] of numbers.entries()) levels[input] = bits[at] === '1';
    return undefined;
  };

  return {
    look: async () => {
      await stop();
      for (const input of inputs) {
        const failure = await get(input);
        if (failure) return failure;
      }
      const seen = [...levels];
      followers = inputs.map(follow);
      trusted = true;
      return { ok: true, levels: seen };
    },
    followed: () => (trusted ? [...levels] : undefined),
    stop,
  };
}
