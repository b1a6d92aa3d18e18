import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** With an emulated processor the checks take some minutes. */
const bootTimeoutMs = 20 * 60 * 1000;
const memoryMb = 1_536;
const begun = 'LATCHWORK BEGIN';
const ended = /^LATCHWORK END (\d+)$/;

/**
 * Runs a command on a kernel of its own under QEMU, with this machine's file system read-only as its root and only
 * /run to write in; shows what it says. Resolves to its exit status. Throws where QEMU or the kernel does not come up.
 */
export async function bootKernel(kernel: string, command: readonly string[], cwd: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'latchwork-gpio-'));
  try {
    const init = join(folder, 'init');
    writeFileSync(init, initScript(command, cwd), { mode: 0o755 });
    return await runMachine(kernel, init);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runMachine(kernel: string, init: string): Promise<number> {
  const child = spawn('qemu-system-x86_64', machineArgs(kernel, init), { stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), bootTimeoutMs);
  const failed = once(child, 'error').then(([error]) => {
    throw new Error(`qemu-system-x86_64 did not start (${error.message}): apt-get install qemu-system-x86`);
  });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said = `${said}${bytes}`.slice(-2_000);
  });
  let shown = false;
  let status: number | undefined;
  createInterface({ input: child.stdout }).on('line', (raw) => {
    const line = raw.replaceAll('\r', '');
    const [, end] = line.match(ended) ?? [];
    if (end !== undefined) {
      status = Number(end);
      shown = false;
    }
    if (shown) console.log(line);
    else if (line.endsWith(begun)) shown = true;
    else said = `${said}\n${line}`.slice(-2_000);
  });
  await Promise.race([once(child, 'close'), failed]);
  clearTimeout(timer);
  if (status === undefined) throw new Error(`the kernel did not come through; last it said:\n${said}`);
  return status;
}

function machineArgs(kernel: string, init: string): string[] {
  const share = 'local,path=/,mount_tag=root,id=root,security_model=none,readonly=on,multidevs=remap';
  const rootFlags = 'rootfstype=9p rootflags=trans=virtio,version=9p2000.L,msize=262144 ro';
  // On a busy machine an emulated timer ticks too unevenly for the kernel's check of it.
  const kernelWords = 'console=ttyS0 quiet loglevel=1 no_timer_check panic=-1';
  return [
    ...['-cpu', 'max', '-m', `${memoryMb}`, '-smp', '2'],
    ...['-nographic', '-no-reboot', '-net', 'none', '-kernel', kernel, '-virtfs', share],
    ...['-append', `${kernelWords} root=root ${rootFlags} init=${init}`],
  ];
}

/** The first and only process of that machine. */
function initScript(command: readonly string[], cwd: string): string {
  const path = process.env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin';
  return `#!/bin/sh
export PATH=${quoted(path)}:/usr/sbin:/sbin HOME=/run TMPDIR=/run LC_ALL=C
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
mount -t configfs configfs /sys/kernel/config
cd ${quoted(cwd)}
echo ${begun}
${command.map(quoted).join(' ')}
status=$?
echo
echo LATCHWORK END $status
sync
echo o > /proc/sysrq-trigger
sleep 60
`;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
