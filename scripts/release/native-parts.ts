import { globSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from './run-command.ts';

/** Debian's compilers, by processor. */
const compilers: Record<string, { name: string; package: string }> = {
  arm64: { name: 'aarch64-linux-gnu-g++', package: 'g++-aarch64-linux-gnu' },
  x64: { name: 'x86_64-linux-gnu-g++', package: 'g++' },
};

export interface NativePartsOptions {
  tree: string;
  arch: string;
  /** Node's own headers, for that processor. */
  headers: string;
}

/**
 * Compiles the one native part that comes as source: `epoll`, with which `onoff` waits for edges of sysfs pins. Without a
 * compiler both are left out, and pins are driven by Debian's gpiod tools, which need nothing from us.
 * @returns what was left out, in words
 */
export async function addNativeParts({ tree, arch, headers }: NativePartsOptions): Promise<string[]> {
  const modules = join(tree, 'node_modules/.pnpm');
  const [epoll] = globSync('epoll@*/node_modules/epoll', { cwd: modules });
  if (epoll === undefined) return [];
  const compiler = compilers[arch];
  const to = join(modules, epoll, 'build/Release/epoll.node');
  mkdirSync(dirname(to), { recursive: true });
  try {
    if (!compiler) throw new Error(`no compiler is known for ${arch}`);
    await runCommand(compiler.name, [
      ...['-shared', '-fPIC', '-O2', '-std=gnu++20', '-s', '-w', '-Wl,--build-id=none'],
      ...[
        '-DNODE_GYP_MODULE_NAME=epoll',
        '-DBUILDING_NODE_EXTENSION',
        '-DUSING_UV_SHARED=1',
        '-DUSING_V8_SHARED=1',
      ],
      // No folder of this machine may get into it: the same sources make the same bytes.
      ...[`-ffile-prefix-map=${tree}=.`, `-ffile-prefix-map=${headers}=node`],
      ...[`-I${headers}`, `-I${join(modules, dirname(epoll), 'nan')}`],
      ...[join(modules, epoll, 'src/epoll.cc'), '-o', to],
    ]);
    return [];
  } catch (error) {
    for (const path of globSync(['epoll@*', 'onoff@*'], { cwd: modules }))
      rmSync(join(modules, path), { recursive: true, force: true });
    rmSync(join(tree, 'agent/node_modules/onoff'), { force: true });
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    const hint = compiler ? `; apt-get install ${compiler.package}` : '';
    return [`onoff with epoll, for pins through sysfs: gpiod serves them (${why}${hint})`];
  }
}
