/** Every limit that both sides must agree on. A limit of one side alone lives with that side. */
export const limits = {
  /** Bytes of one envelope, seal included. */
  envelopeBytesMax: 32 * 1024,
  /** Items (events, or plan items) in one envelope. */
  envelopeItemsMax: 64,
  /** Bytes of one journal line; with room for header and seal it always fits an envelope. */
  eventLineBytesMax: 8 * 1024,
  /** Bytes of one plan item line. */
  planItemBytesMax: 4 * 1024,
  /** Events that may be in flight before a `want` answers. */
  windowEventsMax: 256,
  /** Slots in one locker. */
  slotsMax: 999,
  /** Characters of a barcode as stored and compared. */
  barcodeCharactersMax: 128,
  /** Characters of a free text in an event or plan item. */
  textCharactersMax: 200,
  /** A beat is due this often; two missed mean offline. */
  beatIntervalMs: 5 * 60_000,
  /** The agent says hello at least this often. */
  helloIntervalMs: 60 * 60_000,
  /** A message with unknown nonces is answered with a request for a hello at most this often. */
  askHelloIntervalMs: 60_000,
} as const;
