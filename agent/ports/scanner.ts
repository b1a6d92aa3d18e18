/**
 * A barcode scanner. Delivers whole scans, at most `scanCharactersMax` characters, cleaned of
 * control characters (GS kept) and of AIM prefixes. A lost line is reported and reopened with
 * backoff; scans made meanwhile are lost, as on any scanner, and nothing throws.
 */
export interface Scanner {
  start(listener: ScannerListener): void;
  stop(): Promise<void>;
}

export interface ScannerListener {
  onScan(scan: Scan): void;
  onState(state: 'ready' | 'lost', detail: string): void;
}

/** `symbology` is told by an AIM prefix, when the scanner sends one. */
export interface Scan {
  text: string;
  symbology?: 'code128' | 'gs1-128' | 'gs1-datamatrix' | 'gs1-qr' | 'qr';
  /** True when characters beyond the limit were dropped; such a scan is refused, never guessed at. */
  truncated: boolean;
}
