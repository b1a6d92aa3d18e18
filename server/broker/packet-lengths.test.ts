import { expect, test } from 'vitest';
import { packetLengths } from './packet-lengths.ts';

const limits = { connectBytesMax: 20, packetBytesMax: 300 };
const connect = Buffer.from([0x10, 2, 0, 0]);
const publish = (bodyBytes: number) => {
  const length = bodyBytes < 128 ? [bodyBytes] : [(bodyBytes & 0x7f) | 0x80, bodyBytes >> 7];
  return Buffer.concat([Buffer.from([0x30, ...length]), Buffer.alloc(bodyBytes)]);
};

test('packets up to the limit pass, whole or byte by byte', () => {
  const stream = Buffer.concat([connect, publish(100), publish(297), Buffer.from([0xc0, 0])]);
  const whole = packetLengths(limits);
  expect(whole.take(stream)).toBe('ok');
  const dripped = packetLengths(limits);
  for (const byte of stream) expect(dripped.take(Buffer.from([byte]))).toBe('ok');
});

test('a packet over the limit is known by its header alone', () => {
  const lengths = packetLengths(limits);
  expect(lengths.take(connect)).toBe('ok');
  expect(lengths.take(publish(298).subarray(0, 2))).toBe('ok');
  expect(lengths.take(publish(298).subarray(2, 3))).toBe('packet too large');
});

test('the first packet has a smaller limit, and counts only when it came whole', () => {
  expect(packetLengths(limits).take(Buffer.from([0x10, 19]))).toBe('packet too large');
  const lengths = packetLengths(limits);
  lengths.take(connect.subarray(0, 3));
  expect(lengths.connected).toBe(false);
  lengths.take(connect.subarray(3));
  expect(lengths.connected).toBe(true);
});

test.each([
  ['a first packet that is no CONNECT', [0x30, 0]],
  ['a second CONNECT', [...connect, ...connect]],
  ['a reserved type', [...connect, 0xf0, 0]],
  ['a length of five bytes', [...connect, 0x30, 0x80, 0x80, 0x80, 0x80]],
  ['an HTTP request', [...Buffer.from('GET / HTTP/1.1')]],
])('%s is not MQTT', (_name, bytes) => {
  expect(packetLengths(limits).take(Buffer.from(bytes))).toBe('not MQTT');
});
