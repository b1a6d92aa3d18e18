import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ByteLine, ByteStream, OpenedByteStream } from '../ports/byte-stream.ts';

export interface ByteLineHarness {
  line: ByteLine;
  /** A line of the same kind that is not there. */
  absent: ByteLine;
  /** True when a second opening must be refused while the first lives. */
  exclusive: boolean;
  peer: {
    /** Resolves with the next `count` bytes that reached the far end. */
    received(count: number): Promise<Uint8Array>;
    send(bytes: Uint8Array): void;
    /** Ends the line from the far side. */
    drop(): void;
  };
  dispose(): Promise<void>;
}

/** What every line must do, over whatever it runs. */
export function byteStreamContract(name: string, create: () => Promise<ByteLineHarness>): void {
  describe(`byte stream contract: ${name}`, () => {
    let harness: ByteLineHarness;
    beforeEach(async () => {
      harness = await create();
    });
    afterEach(() => harness.dispose());

    it('carries every byte value both ways, unchanged', async () => {
      const every = Uint8Array.from({ length: 256 }, (_, value) => value);
      const { stream, ear } = await openLine(harness.line);
      expect(await stream.write(every)).toBe(true);
      expect(await harness.peer.received(256)).toEqual(every);
      harness.peer.send(every);
      expect(await ear.received(256)).toEqual(every);
    });

    it('keeps the order of many writes', async () => {
      const { stream } = await openLine(harness.line);
      const writes = Array.from({ length: 200 }, (_, at) => Uint8Array.of(at, 255 - at, 7));
      const sent = await Promise.all(writes.map((bytes) => stream.write(bytes)));
      expect(sent.every(Boolean)).toBe(true);
      expect(await harness.peer.received(600)).toEqual(
        Uint8Array.from(writes.flatMap((bytes) => [...bytes])),
      );
    });

    it('closes once however often it is asked, and takes nothing afterwards', async () => {
      const { stream, ear } = await openLine(harness.line);
      await Promise.all([stream.close(), stream.close()]);
      await stream.close();
      expect(ear.closings()).toBe(1);
      expect(await stream.write(Uint8Array.of(1))).toBe(false);
      expect(ear.closings()).toBe(1);
    });

    it('opens again after closing', async () => {
      const first = await openLine(harness.line);
      await first.stream.close();
      const second = await openLine(harness.line);
      await second.stream.write(Uint8Array.of(9));
      expect(await harness.peer.received(1)).toEqual(Uint8Array.of(9));
      expect(first.ear.closings()).toBe(1);
    });

    it('says once that the far side went away, then takes nothing', async () => {
      const { stream, ear } = await openLine(harness.line);
      await stream.write(Uint8Array.of(1));
      await harness.peer.received(1);
      harness.peer.drop();
      expect(await ear.closed).not.toBe('');
      expect(await stream.write(Uint8Array.of(1))).toBe(false);
      await stream.close();
      expect(ear.closings()).toBe(1);
    });

    it('answers with a reason for a line that is not there', async () => {
      const opened = await harness.absent.open(listenClosely().listener);
      expect(opened).toMatchObject({ ok: false, reason: 'line missing' });
      expect(opened.ok || opened.detail).not.toBe('');
    });

    it('refuses a second opening where a line can have only one', async () => {
      await openLine(harness.line);
      const second = await harness.line.open(listenClosely().listener);
      expect(second.ok ? 'opened' : second.reason).toBe(harness.exclusive ? 'line busy' : 'opened');
      if (second.ok) await second.stream.close();
    });

    let streams: ByteStream[] = [];
    afterEach(async () => {
      await Promise.all(streams.map((stream) => stream.close()));
      streams = [];
    });
    async function openLine(line: ByteLine) {
      const ear = listenClosely();
      const opened = await line.open(ear.listener);
      const stream = streamOf(opened);
      streams.push(stream);
      return { stream, ear };
    }
  });
}

function streamOf(opened: OpenedByteStream): ByteStream {
  if (!opened.ok) throw new Error(`${opened.reason}: ${opened.detail}`);
  return opened.stream;
}

function listenClosely() {
  const inbox = byteInbox();
  const { promise: closed, resolve } = Promise.withResolvers<string>();
  let closings = 0;
  const listener = {
    onBytes: (bytes: Uint8Array) => {
      if (closings > 0) throw new Error('bytes after the end');
      inbox.push(bytes);
    },
    onClosed: (detail: string) => {
      closings += 1;
      resolve(detail);
    },
  };
  return { listener, received: inbox.received, closed, closings: () => closings };
}

/** Collects bytes as they come; `received` waits until there are enough and takes them. */
export function byteInbox() {
  let bytes: number[] = [];
  let waiting: { count: number; resolve: (bytes: Uint8Array) => void } | undefined;
  const serve = () => {
    if (waiting === undefined || bytes.length < waiting.count) return;
    waiting.resolve(Uint8Array.from(bytes.slice(0, waiting.count)));
    bytes = bytes.slice(waiting.count);
    waiting = undefined;
  };
  return {
    push: (chunk: Uint8Array) => {
      bytes.push(...chunk);
      serve();
    },
    received: (count: number): Promise<Uint8Array> =>
      new Promise((resolve) => {
        waiting = { count, resolve };
        serve();
      }),
  };
}
