import type { KioskView } from '../core/screen.ts';

export interface WhoseLocker {
  lockerName: string;
  helpNumber: string;
}

const key = 'whose-locker';

/** Remembered, so that even a screen that was started without its agent says whom to call. */
export function rememberWhose({ lockerName, helpNumber }: KioskView): void {
  try {
    localStorage.setItem(key, JSON.stringify({ lockerName, helpNumber } satisfies WhoseLocker));
  } catch {
    // A browser that keeps nothing: the sticker on the cabinet has the number too.
  }
}

export function recallWhose(): WhoseLocker {
  try {
    const { lockerName, helpNumber } = JSON.parse(localStorage.getItem(key) ?? '{}');
    return {
      lockerName: typeof lockerName === 'string' ? lockerName : '',
      helpNumber: typeof helpNumber === 'string' ? helpNumber : '',
    };
  } catch {
    return { lockerName: '', helpNumber: '' };
  }
}
