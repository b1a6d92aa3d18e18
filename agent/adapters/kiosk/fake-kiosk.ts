import type { KioskAction } from '../../core/input.ts';
import type { KioskView } from '../../core/screen.ts';
import type { Kiosk } from '../../ports/kiosk.ts';

/** A screen in the hands of a test. */
export interface FakeKiosk extends Kiosk {
  /** What is shown now. */
  readonly view: KioskView | undefined;
  touch(action: KioskAction): void;
  /** Stands before the screen: called with what is shown now, and with each change. */
  look(onView: (view: KioskView) => void): void;
}

export function fakeKiosk(): FakeKiosk {
  let view: KioskView | undefined;
  let listener: { onAction(action: KioskAction): void } | undefined;
  const eyes = new Set<(view: KioskView) => void>();
  return {
    get view() {
      return view;
    },
    start: async (toListener) => {
      listener = toListener;
    },
    show(next) {
      view = next;
      for (const onView of eyes) onView(next);
    },
    touch: (action) => listener?.onAction(action),
    look(onView) {
      eyes.add(onView);
      if (view) onView(view);
    },
    stop: async () => {
      listener = undefined;
      eyes.clear();
    },
  };
}
