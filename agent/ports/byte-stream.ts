/**
 * A line that carries bytes: a serial port or a raw TCP connection.
 *
 * `open` resolves to a stream or to the reason why there is none; it never throws for a line that
 * is missing, busy or forbidden. A stream that dies says so once through `onClosed`.
 */
export interface ByteLine {
  /** The line as configuration names it, for messages: a device path or `tcp://host:port`. */
  readonly name: string;
  open(listener: ByteStreamListener): Promise<OpenedByteStream>;
}

export type OpenedByteStream =
  | { ok: true; stream: ByteStream }
  | { ok: false; reason: 'line missing' | 'permission denied' | 'line busy' | 'line failed'; detail: string };

export interface ByteStreamListener {
  onBytes(bytes: Uint8Array): void;
  /** Called exactly once, also after `close()`; no bytes follow. */
  onClosed(detail: string): void;
}

export interface ByteStream {
  /** Resolves when the bytes were handed to the system; false when the line is gone. */
  write(bytes: Uint8Array): Promise<boolean>;
  /** Idempotent; resolves when the line is released and may be opened again. */
  close(): Promise<void>;
}
