import { expect, it } from 'vitest';
import { inbox } from '../../contracts/inbox.ts';
import { scannerContract } from '../../contracts/scanner.contract.ts';
import type { ByteLine } from '../../ports/byte-stream.ts';
import type { Scan } from '../../ports/scanner.ts';
import { fakeLine } from '../byte-stream/fake-line.ts';
import { tcpLine } from '../byte-stream/tcp-line.ts';
import { tcpPeer } from '../byte-stream/testing.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { realClock } from '../clock/real-clock.ts';
import { fakeScanner } from './fake-scanner.ts';
import { lineScanner, REOPEN_FIRST_MS, SILENCE_MS } from './line-scanner.ts';

const text = new TextEncoder();

scannerContract('fake', async () => {
  const scanner = fakeScanner();
  return {
    scanner,
    show: scanner.scan,
    unplug: (on) => scanner.setState(on ? 'lost' : 'ready'),
    until: (promise) => promise,
    dispose: async () => {},
  };
});

for (const [name, ending] of [
  ['CR', '\r'],
  ['LF', '\n'],
  ['CRLF', '\r\n'],
] as const) {
  scannerContract(`line in memory, ${name} at the end`, async () => {
    const clock = manualClock();
    const { line, peer } = fakeLine();
    return {
      scanner: lineScanner(line, clock),
      show: (label) => peer.send(text.encode(label + ending)),
      unplug: (on) => (on ? peer.unplug() : peer.plug()),
      until: clock.until,
      dispose: async () => {},
    };
  });
}

scannerContract('tcp', async () => {
  const peer = await tcpPeer();
  const scanner = lineScanner(
    tcpLine({ host: '127.0.0.1', port: peer.port, clock: realClock() }),
    realClock(),
  );
  return {
    scanner,
    show: (label) => void peer.send(text.encode(`${label}\r`)),
    unplug: (on) => void (on && peer.drop()),
    until: (promise) => promise,
    dispose: async () => {
      await scanner.stop();
      await peer.close();
    },
  };
});

async function start(plugged = true) {
  const clock = manualClock();
  const { line, peer } = fakeLine('scan-line');
  if (!plugged) peer.unplug('permission denied');
  const scans: Scan[] = [];
  const states: string[] = [];
  const scanner = lineScanner(line, clock);
  scanner.start({
    onScan: (scan) => scans.push(scan),
    onState: (state, detail) => states.push(`${state} ${detail}`),
  });
  await clock.advance(0);
  return { clock, peer, scanner, scans: () => scans.splice(0).map((scan) => scan.text), states };
}

it('takes silence as the end, and not a moment of it sooner', async () => {
  const { clock, peer, scans } = await start();
  peer.send(text.encode('HALF'));
  await clock.advance(SILENCE_MS - 1);
  peer.send(text.encode('OTHER'));
  await clock.advance(SILENCE_MS - 1);
  expect(scans()).toEqual([]);
  await clock.advance(1);
  expect(scans()).toEqual(['HALFOTHER']);
  await clock.advance(10 * SILENCE_MS);
  expect(scans()).toEqual([]);
});

it('takes no delay of its own for silence', async () => {
  const clock = realClock();
  const peer = await tcpPeer();
  const line = tcpLine({ host: '127.0.0.1', port: peer.port, clock });
  const arrivals = inbox<number>();
  const heard: ByteLine = {
    name: line.name,
    open: ({ onBytes, onClosed }) => {
      const onHeard = (bytes: Uint8Array) => {
        onBytes(bytes);
        arrivals.push(bytes.length);
      };
      return line.open({ onBytes: onHeard, onClosed });
    },
  };
  const told = inbox<Scan | 'ready' | 'lost'>();
  const scanner = lineScanner(heard, clock);
  scanner.start({ onScan: told.push, onState: told.push });
  expect(await told.next()).toBe('ready');
  peer.send(text.encode('HALF'));
  expect(await arrivals.next()).toBe(4);
  peer.send(text.encode('OTHER\r'));
  const stuckUntilMs = clock.monotonicMs() + 2 * SILENCE_MS;
  while (clock.monotonicMs() < stuckUntilMs);
  expect(await told.next()).toEqual({ text: 'HALFOTHER', truncated: false });
  await scanner.stop();
  await peer.close();
});

it('makes no scan of what a lost line left unfinished', async () => {
  const { clock, peer, scans } = await start();
  peer.send(text.encode('UNFINI'));
  await clock.advance(1);
  peer.unplug();
  peer.plug();
  await clock.advance(REOPEN_FIRST_MS);
  peer.send(text.encode('WHOLE\r'));
  await clock.advance(SILENCE_MS);
  expect(scans()).toEqual(['WHOLE']);
});

it('keeps one scan and no more of a flood without an end', async () => {
  const { clock, peer, scans } = await start();
  for (let chunk = 0; chunk < 200; chunk++) {
    peer.send(new Uint8Array(64 * 1024).fill(0x41));
    await clock.advance(1);
  }
  expect(scans()).toEqual([]);
  peer.send(text.encode('\rAFTER\r'));
  await clock.advance(1);
  expect(scans()).toEqual(['A'.repeat(512), 'AFTER']);
});

it('reads Latin-1 where it is no UTF-8', async () => {
  const { clock, peer, scans } = await start();
  peer.send(Uint8Array.of(0x47, 0xfc, 0x74, 0x0d));
  await clock.advance(1);
  expect(scans()).toEqual(['Güt']);
});

it('waits for a line that is missing, telling so once', async () => {
  const { clock, peer, states, scanner } = await start(false);
  await clock.advance(60_000);
  peer.plug();
  await clock.advance(60_000);
  expect(states).toEqual([
    'lost scan-line: permission denied, scan-line: permission denied',
    'ready scan-line',
  ]);
  await scanner.stop();
  expect(peer.isOpen).toBe(false);
});
