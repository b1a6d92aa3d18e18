/*
 * A lock's coil is made for short pulses: a KR-S99N draws 2.4 A at 12 V, and boards carry 3 A (KR-CU48)
 * to 6 A (8A family). The limits below are this project's choice from those figures and from the
 * pulses that vendors set (100 to 1000 ms).
 */
/** No coil is driven for longer. */
export const PULSE_MS_MAX = 2_000;
/** A coil rests for at least this, and for this many times its pulse: a duty of one in ten. */
export const REST_MS_MIN = 3_000;
export const REST_PER_PULSE = 9;
/** A door that was not seen to open is tried this often, then its coil cools down. */
export const ATTEMPTS_MAX = 3;
export const COOL_DOWN_MS = 60_000;
/** Between two pulses on one supply (150 to 250 ms), so that it recovers. */
export const PULSE_GAP_MS = 200;
/** Doors of a supply that are driven at the same time, unless its amperes are known to allow more. */
export const DOORS_AT_ONCE_DEFAULT = 1;
/** Pulses that may wait for one supply: opening a whole cabinet, door after door, fits. */
export const WAITING_MAX = 64;
