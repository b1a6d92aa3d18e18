/** The locker that a first start registers: 16 doors as the simulated cabinet has them. */
export const demoLocker: readonly string[] = [
  ...['locker', 'create', '--name', 'Harbour Street 12', '--address', 'Harbour Street 12, ground floor'],
  ...[
    '--lat',
    '51.5074',
    '--long',
    '-0.1278',
    '--pincode',
    'SW1A 1AA',
    '--country',
    'gb',
    '--time-zone',
    'Europe/London',
  ],
  ...['--slots', 'S:6,M:6,L:4', '--help-number', '0800 555 0100'],
];

export const demoCourier: readonly string[] = [
  'courier',
  'add',
  '--name',
  'Sam',
  '--carrier',
  'Swift Parcels',
  '--country',
  'gb',
];

/** How the simulated cabinet is wired: one 16-way board at address 1, door N on channel N. */
export function demoCabinet(lockLine: string) {
  const sizeOf = (number: number) => (number <= 6 ? 'S' : number <= 12 ? 'M' : 'L');
  return {
    lines: [{ name: 'locks', url: lockLine, baudRate: 9600 }],
    boards: [{ name: 'board-1', profile: 'bcc8a', line: 'locks', address: 1, channels: 16 }],
    slots: Array.from({ length: 16 }, (_, index) => ({
      number: index + 1,
      board: 'board-1',
      channel: index + 1,
      size: sizeOf(index + 1),
    })),
  };
}
