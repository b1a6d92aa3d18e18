/**
 * One MQTT session at a time, by TCP, TLS or WebSocket. Holds no queue of its own: a message that
 * cannot be sent now is reported unsent, since SQLite is the queue.
 */
export interface Uplink {
  /**
   * Starts one connection attempt; its outcome arrives at the listener. Ends what was before, whose listener hears
   * nothing more. Never throws.
   */
  connect(listener: UplinkListener, will: Uint8Array): void;
  /** Resolves true once the broker took the message (PUBACK). That proves nothing about the server. */
  send(kind: UplinkKind, payload: Uint8Array): Promise<boolean>;
  /** The broker is told, so no will is sent; the listener hears nothing more. Idempotent. */
  disconnect(): Promise<void>;
}

export type UplinkKind = 'hello' | 'events' | 'beat' | 'reply';
export type DownlinkKind = 'want' | 'plan' | 'command';

export interface UplinkListener {
  /** Connected and subscribed. */
  onUp(): void;
  /** Called once, when the attempt failed or its session was lost; `reason` is fit for a log. */
  onDown(reason: string): void;
  onMessage(kind: DownlinkKind, payload: Uint8Array): void;
}
