import type { SlotNumber } from '@latchwork/shared';
import type { Draft } from '../draft.ts';
import { lateOpeningOf } from './late-opening.ts';
import { remember } from './remember.ts';

/*
 * A door that was shut when its board fell silent, and is open when it is seen again, was forced in between, unless
 * somebody was let to it since.
 */

/** Its position is unknown from now on. A door that may still open from an opening of before is not held against anyone. */
export function noteShutUnseen(d: Draft, slot: SlotNumber): void {
  if (d.opening(slot) || d.state.tables.service || lateOpeningOf(d, slot, undefined)) return;
  remember(d, { shutUnseen: new Set([...d.state.doorMemory.shutUnseen, slot]) });
}

/** It is seen again, or somebody was let to it. Whether it was shut, with nobody let to it, until now. */
export function endShutUnseen(d: Draft, slot: SlotNumber): boolean {
  if (!d.state.doorMemory.shutUnseen.has(slot)) return false;
  const shutUnseen = new Set(d.state.doorMemory.shutUnseen);
  shutUnseen.delete(slot);
  remember(d, { shutUnseen });
  return true;
}

/** A technician is let to all of them. */
export function forgetShutUnseen(d: Draft): void {
  remember(d, { shutUnseen: new Set() });
}
