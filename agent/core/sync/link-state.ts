/**
 * The line to the server, as the core sees it.
 *
 *   waiting ──(reconnect timer)──► connecting ──linkUp──► greeting ──want──► live
 *      ▲                                │                    │               │
 *      └────────────(linkDown)──────────┴────────────────────┴───────────────┘
 */
export interface Link {
  phase: 'waiting' | 'connecting' | 'greeting' | 'live';
  /** Failed attempts since the last healthy session. */
  failures: number;
  /** Ours, fixed at CONNECT since the will bears it. */
  agentNonce: string;
  /** The server's, known once live. */
  serverNonce: string;
  ordinal: number;
  /** Events below this sequence number are under way or acknowledged. */
  sentTo: number;
  window: number;
  spreadS: number;
  /** Hellos that no want has answered. */
  hellos: number;
  /** A want of this session was behind what is acknowledged: an old one, or the server was set back. */
  doubted: boolean;
  /** Batches that no want has answered. */
  unanswered: number;
  /** Parts of a snapshot that is not whole yet. */
  staged: StagedSnapshot | null;
}

export interface StagedSnapshot {
  serverEpoch: number;
  rev: number;
  digest: string;
  parts: number;
  byPart: ReadonlyMap<number, readonly string[]>;
}
