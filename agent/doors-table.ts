import type { ConsoleDoor, ConsoleView } from './core/console-view.ts';

const head = ['slot', 'size', 'door', 'contents', 'service', 'opening', 'first opens', 'opens in', 'board'];

/** The doors as a table for a terminal, and above it what holds for all of them. */
export function doorsTable(view: ConsoleView): string {
  const rows = [head, ...view.doors.map(cells)];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${[...above(view), ...table].join('\n')}\n`;
}

function above({ lockerId, started, visitor, service }: ConsoleView): string[] {
  const lines = [`locker ${lockerId}${started ? '' : ': starting, its doors are being read'}`];
  if (visitor) lines.push(`a ${visitor} is at the unit`);
  if (!service) return lines;
  const who = service.by === 'cabinet switch' ? 'by the cabinet switch' : `by ${service.user}`;
  const touched = service.touched.length === 0 ? 'none' : service.touched.join(', ');
  if (service.leaving)
    lines.push(
      `service mode, ${who}, is being left: say what lies in ${touched} with 'agent doors settle N empty|occupied', or on the kiosk`,
    );
  else lines.push(`service mode, ${who}, ${service.minutesLeft} min left; slots touched: ${touched}`);
  return lines;
}

function cells(door: ConsoleDoor): string[] {
  const { slot, size, position, contents, opening, health, board, boardLost } = door;
  return [
    String(slot),
    size,
    position,
    contents,
    serviceOf(door),
    opening ? `${opening.purpose} ${opening.phase} (${opening.attempt})` : '-',
    health ? `${health.firstOpenPercent} %${health.wearing ? `, ${health.wearing}` : ''}` : '-',
    health?.opensInMs === null || health === null ? '-' : `${(health.opensInMs / 1000).toFixed(1)} s`,
    boardLost ? `${board}, LOST` : board,
  ];
}

function serviceOf({ outOfService, blocked, flapping }: ConsoleDoor): string {
  const reasons = [
    ...outOfService,
    ...(flapping && !outOfService.includes('flapping') ? ['flapping'] : []),
    ...(blocked ? ['blocked by the operator'] : []),
  ];
  return reasons.length === 0 ? 'in service' : `out: ${reasons.join(', ')}`;
}
