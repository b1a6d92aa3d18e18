/** What a board hangs on, and how its family's rules reach its line and its coils. Channels and inputs count from 1. */
export interface BoardBody {
  /** The address that it listens to, and the one that it puts on its answers; they differ where it is badly set. */
  hears(): number;
  says(): number;
  contactShorted(channel: number): boolean;
  inputOn(input: number): boolean;
  /** Drives a coil for `durationMs`, or until it is released where that is null. */
  energise(channel: number, durationMs: number | null): void;
  release(channel: number): void;
  send(bytes: Uint8Array): void;
  later(delayMs: number, run: () => void): void;
}

/** How the boards of one family talk. */
export interface Talker {
  receive(bytes: Uint8Array): void;
  /** Gives up a half-received frame. */
  forget(): void;
  /** What the board's supply does to it when it fails. */
  reset(): void;
  /** The frame that such firmware sends unasked when a contact has changed. */
  changeFrame(channel: number): Uint8Array | null;
}

/** A request at the very start of the bytes, the beginning of one, or none. */
export type Found<Request> = { request: Request; length: number } | 'incomplete' | null;

/** Reads requests out of whatever comes, byte by byte where it is no request, and answers each. */
export function createTalker<Request>(rules: {
  requestAt(bytes: readonly number[]): Found<Request>;
  answer(request: Request): void;
  changeFrame?: (channel: number) => Uint8Array | null;
  reset?: () => void;
}): Talker {
  let held: number[] = [];

  return {
    receive: (bytes) => {
      held.push(...bytes);
      let from = 0;
      while (from < held.length) {
        const found = rules.requestAt(from === 0 ? held : held.slice(from));
        if (found === 'incomplete') break;
        if (found) rules.answer(found.request);
        from += found?.length ?? 1;
      }
      held = held.slice(from);
    },
    forget: () => {
      held = [];
    },
    reset: () => {
      held = [];
      rules.reset?.();
    },
    changeFrame: rules.changeFrame ?? (() => null),
  };
}

/** Drives every coil of a board, each as the one before is done, since no supply bears them all. */
export function energiseAll(body: BoardBody, { channels, pulseMs }: { channels: number; pulseMs: number }) {
  for (let channel = 1; channel <= channels; channel += 1) {
    body.later((channel - 1) * pulseMs, () => body.energise(channel, pulseMs));
  }
}

/** Bytes of eight bits each, the lowest bit of the first byte being number 1. */
export function bitBytes(count: number, isSet: (number: number) => boolean): number[] {
  const bytes = Array<number>(count).fill(0);
  for (let bit = 0; bit < count * 8; bit += 1)
    if (isSet(bit + 1)) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (1 << (bit & 7));
  return bytes;
}
