/** Where a program finds a line: a TCP port or a terminal device. */
export interface LinePort {
  /** `tcp://127.0.0.1:PORT`, or the path of the terminal. */
  address: string;
  /** Hands bytes to whoever listens; without anyone they are lost, as on a real line. */
  send(bytes: Uint8Array): void;
  /** Both resolve when the change is in effect, and change nothing when it already was so. */
  plugIn(): Promise<void>;
  unplug(): Promise<void>;
  stop(): Promise<void>;
}
