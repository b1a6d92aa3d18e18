import type { ComponentChildren } from 'preact';
import type { KioskAction } from '../core/input.ts';
import type { Screen } from '../core/screen.ts';

/** What the component of every screen is given; those with something to tell also get `ScreenOf`. */
export interface ScreenProps {
  notice: ComponentChildren;
  onAction: (action: KioskAction) => void;
}

export type ScreenOf<Name extends Screen['name']> = { screen: Extract<Screen, { name: Name }> };
