import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DownlinkKind, Uplink, UplinkKind, UplinkListener } from '../ports/uplink.ts';
import { inbox } from './inbox.ts';

export interface UplinkHarness {
  uplink: Uplink;
  /** What the far end took, one by one. */
  received(): Promise<{ kind: UplinkKind | 'will'; payload: string }>;
  deliver(kind: DownlinkKind, payload: Uint8Array): void;
  /** While false, nobody can be reached, and a session is lost. */
  setReachable(reachable: boolean): Promise<void>;
  dispose(): Promise<void>;
}

/** What every uplink must do. */
export function uplinkContract(name: string, create: () => Promise<UplinkHarness>): void {
  describe(`uplink contract: ${name}`, () => {
    let harness: UplinkHarness;
    beforeEach(async () => {
      harness = await create();
    });
    afterEach(() => harness.dispose());

    /** One attempt, up. */
    const connected = async (will = 'the will') => {
      const log = uplinkLog();
      harness.uplink.connect(log.listener, bytes(will));
      expect(await log.next()).toBe('up');
      return log;
    };

    it('comes up and sends, byte for byte', async () => {
      await connected();
      for (const kind of ['hello', 'events', 'beat', 'reply'] as const) {
        const payload = `${kind}\n\u{1F4E6} ${'x'.repeat(30_000)}`;
        expect(await harness.uplink.send(kind, bytes(payload))).toBe(true);
        expect(await harness.received()).toEqual({ kind, payload });
      }
    });

    it('hears what is sent to it, in order', async () => {
      const log = await connected();
      for (const kind of ['want', 'plan', 'command'] as const) harness.deliver(kind, bytes(`a ${kind}`));
      expect([await log.next(), await log.next(), await log.next()]).toEqual([
        'want: a want',
        'plan: a plan',
        'command: a command',
      ]);
    });

    it('sends nothing before it is up', async () => {
      expect(await harness.uplink.send('hello', bytes('early'))).toBe(false);
      const log = uplinkLog();
      harness.uplink.connect(log.listener, bytes('will'));
      expect(await harness.uplink.send('hello', bytes('early'))).toBe(false);
      expect(await log.next()).toBe('up');
    });

    it('says once that nobody was reached, and can be told to try again', async () => {
      await harness.setReachable(false);
      const log = uplinkLog();
      harness.uplink.connect(log.listener, bytes('will'));
      expect(await log.next()).toBe('down');
      expect(await harness.uplink.send('hello', bytes('late'))).toBe(false);
      await harness.setReachable(true);
      await connected();
      expect(log.waiting()).toEqual([]);
    });

    it('says once that the line was lost; its will is left behind', async () => {
      const log = await connected('the last will');
      await harness.setReachable(false);
      expect(await log.next()).toBe('down');
      expect(await harness.received()).toEqual({ kind: 'will', payload: 'the last will' });
      expect(await harness.uplink.send('beat', bytes('late'))).toBe(false);
      await harness.setReachable(true);
      await connected();
      expect(log.waiting()).toEqual([]);
    });

    it('says good-bye when it disconnects: no will, and no word to the listener', async () => {
      const log = await connected('unread');
      await harness.uplink.disconnect();
      await harness.uplink.disconnect();
      expect(await harness.uplink.send('beat', bytes('late'))).toBe(false);
      harness.deliver('want', bytes('late'));
      await connected();
      await harness.uplink.send('hello', bytes('anew'));
      expect(await harness.received()).toEqual({ kind: 'hello', payload: 'anew' });
      expect(log.waiting()).toEqual([]);
    });

    it('keeps a session apart from the one before', async () => {
      const before = await connected('first');
      const after = await connected('second');
      harness.deliver('want', bytes('for the second'));
      expect(await after.next()).toBe('want: for the second');
      await harness.setReachable(false);
      expect(await after.next()).toBe('down');
      expect(before.waiting()).toEqual([]);
    });

    it('listens only to the last of many attempts at once', async () => {
      const logs = [uplinkLog(), uplinkLog(), uplinkLog()];
      for (const log of logs) harness.uplink.connect(log.listener, bytes('will'));
      expect(await logs[2]?.next()).toBe('up');
      expect(await harness.uplink.send('hello', bytes('hello'))).toBe(true);
      expect(logs.slice(0, 2).flatMap((log) => log.waiting())).toEqual([]);
    });
  });
}

const bytes = (text: string) => new TextEncoder().encode(text);

/** What an uplink told, one by one. */
export function uplinkLog() {
  const { push, next, waiting } = inbox<string>();
  let reason = '';
  const listener: UplinkListener = {
    onUp: () => push('up'),
    onDown: (why) => {
      reason = why;
      push('down');
    },
    onMessage: (kind, payload) => push(`${kind}: ${new TextDecoder().decode(payload)}`),
  };
  return { listener, next, waiting, reason: () => reason };
}
