import type { CabinetLayout } from '../cabinet/layout.ts';
import type { Chance } from '../world/chance.ts';

type Profile = CabinetLayout['boards'][number]['profile'];

/** A board and its entry in the agent's file, which tells the truth. */
export interface SoakBoard {
  line: string;
  address: number;
  name: string;
  built: object;
  wired: object;
  /** False where no lock's own switch is wired: every door then needs one of its own, at the input of its channel. */
  hooked: boolean;
  /** Inputs that no lock's own switch takes. */
  inputs: readonly number[];
}

const channels = 8;
const relayInputs = 24;
const infraredInputs = 16;
const hookless = 0.25;

export function soakBoard(
  chance: Chance,
  at: { profile: Profile; line: string; address: number },
): SoakBoard {
  const { profile, line, address } = at;
  const feedback = chance.one(['closedShorts', 'openShorts'] as const);
  const name = `${line}-${address}`;
  const both = (built: object, wired: object, more: Partial<SoakBoard> = {}): SoakBoard => ({
    ...{ line, address, name, hooked: true, inputs: [] },
    built: { ...at, feedback, ...built },
    wired: { ...at, feedback, name, ...wired },
    ...more,
  });
  switch (profile) {
    case 'bcc8a': {
      const statusOrder = chance.one(['highFirst', 'lowFirst'] as const);
      const unlockReply = chance.one(['header8A', 'header80', 'silent'] as const);
      const unsolicited = chance.one(['81', '82', null] as const);
      const unlockReplyAt = chance.one(['pulseStart', 'pulseEnd'] as const);
      return both(
        { channels: 16, statusOrder, unlockReply, unlockReplyAt, unsolicited },
        { channels: 16, statusOrder, silentUnlock: unlockReply === 'silent' },
      );
    }
    case 'wkly':
      return both({ channels, unsolicited: chance.maybe(0.5) }, { channels });
    case 'modbus-relay': {
      const built = { channels, inputs: relayInputs };
      const free = range(channels + 1, relayInputs);
      if (!chance.maybe(hookless)) return both(built, built, { inputs: free });
      return both(built, { ...built, feedback: 'none' }, { inputs: free, hooked: false });
    }
    case 'kerong-cu48':
      return both({ channels: 48 }, { channels: 48 });
    case 'kerong-cu16': {
      const unlockReply = chance.one(['silent', 'status'] as const);
      return both({ channels: 16, unlockReply }, { channels: 16 }, { inputs: range(1, infraredInputs) });
    }
    case 'kerong-cu12':
      return both({ channels: 12 }, { channels: 12 });
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, n) => from + n);
}
