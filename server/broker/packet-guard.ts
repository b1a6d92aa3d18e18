import { Duplex } from 'node:stream';
import type { Clock } from '../clock.ts';
import { brokerLimits } from './broker-limits.ts';
import { type PacketLengths, packetLengths } from './packet-lengths.ts';

export interface GuardOptions {
  clock: Clock;
  /** Called at most once, when the connection is ended for what it sent or failed to send. */
  onRefused(reason: string): void;
}

/**
 * Stands between a connection and the broker, which has no limit of its own: a packet over the limit, bytes
 * that are not MQTT, or a CONNECT that does not come in time end the connection before the broker sees them.
 * Holds at most one chunk; the connection's own flow control does the rest.
 */
export class PacketGuard extends Duplex {
  readonly #inner: Duplex;
  readonly #lengths: PacketLengths = packetLengths(brokerLimits);
  readonly #onRefused: (reason: string) => void;
  readonly #cancelTimeout: () => void;

  constructor(inner: Duplex, { clock, onRefused }: GuardOptions) {
    super();
    this.#inner = inner;
    this.#onRefused = onRefused;
    this.#cancelTimeout = clock.after(brokerLimits.connectTimeoutMs, () =>
      this.#refuse('no CONNECT in time'),
    );
    inner.on('data', (chunk: Buffer) => this.#take(chunk));
    inner.on('end', () => this.push(null));
    inner.on('error', (error) => this.destroy(error));
    inner.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#inner.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#inner.write(chunk)) done();
    else this.#inner.once('drain', done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#inner.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#cancelTimeout();
    this.#inner.destroy();
    done(error);
  }

  #take(chunk: Buffer): void {
    if (this.destroyed) return;
    const verdict = this.#lengths.take(chunk);
    if (verdict !== 'ok') {
      this.#refuse(verdict);
      return;
    }
    if (this.#lengths.connected) this.#cancelTimeout();
    if (!this.push(chunk)) this.#inner.pause();
  }

  #refuse(reason: string): void {
    if (this.destroyed) return;
    this.#onRefused(reason);
    this.destroy();
  }
}
