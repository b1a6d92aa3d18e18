import type { GpioFailure, GpioTrouble } from '../../ports/gpio.ts';
import type { ToolResult } from './tools.ts';

const RIGHTS_HINT =
  "let the agent's user into the group that owns it, on a Raspberry Pi: usermod -aG gpio USER";
export const BUSY_HINT = 'end that program, or give the lock another line';

export function gpioFailure(reason: GpioTrouble, detail: string): GpioFailure {
  return { ok: false, reason, detail };
}

/** @param subject what was tried, as `GPIO17 on gpiochip0` */
export function toolFailure({ why, stderr }: ToolResult & { ok: false }, subject: string): GpioFailure {
  // Without the tool's own name, which is a whole path at times.
  const said = (stderr.trim().split('\n').at(-1) ?? '').replace(/^\S*gpio\w+: /, '');
  if (why === 'hung') return gpioFailure('no answer', `${subject}: the gpiod tool does not end`);
  if (why === 'missing')
    return gpioFailure('failed', `${subject}: there are no gpiod tools: apt-get install gpiod`);
  const reason = reasonOf(said);
  return gpioFailure(
    reason,
    `${subject}: ${said}${reason === 'permission denied' ? `; ${RIGHTS_HINT}` : ''}`,
  );
}

/** By the words that the tools and the C library use for an error number. */
function reasonOf(said: string): GpioTrouble {
  if (/permission denied|not permitted/i.test(said)) return 'permission denied';
  if (/busy/i.test(said)) return 'busy';
  if (/no such (file|device)|cannot find gpio chip/i.test(said)) return 'no chip';
  if (/invalid argument|out of range|cannot find line/i.test(said)) return 'no such line';
  return 'failed';
}

/** By the error number of a file of the kernel's. */
export function fileFailure(error: unknown, subject: string): GpioFailure {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return gpioFailure('permission denied', `${subject}: ${message}; ${RIGHTS_HINT}`);
    case 'EBUSY':
      return gpioFailure('busy', `${subject} is held by another program: ${BUSY_HINT}`);
    case 'ENOENT':
    case 'ENODEV':
    case 'ENXIO':
      return gpioFailure('no chip', `${subject}: ${message}`);
    case 'EINVAL':
      return gpioFailure('no such line', `${subject}: ${message}`);
    default:
      return gpioFailure('failed', `${subject}: ${message}`);
  }
}
