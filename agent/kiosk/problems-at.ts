import type { Problem } from '@latchwork/shared';
import type { Screen } from '../core/screen.ts';

/** What a person may want to report on each screen; empty where there is nothing to report, or it is known already. */
export function problemsAt(screen: Screen): readonly Problem[] {
  switch (screen.name) {
    case 'idle':
    case 'courierReady':
      return ['door does not close', 'slot damaged', 'slot dirty'];
    case 'confirmOpen':
      return ['door did not open', 'slot damaged'];
    case 'doorOpen':
    case 'doorClosed':
      return screen.purpose === 'deposit'
        ? ['door does not close', 'slot occupied', 'slot dirty', 'slot damaged']
        : ['door does not close', 'slot empty', 'slot dirty', 'slot damaged'];
    default:
      return [];
  }
}
