import { resolve } from 'node:path';
import { addCourier, addLocker, addOperator, makeClaim, revokeLocker } from './access/index.ts';
import type { Command } from './command-line.ts';
import { type Foundation, type Machine, openFoundation } from './foundation.ts';

export type ShortCommand = Exclude<Command, { name: 'help' | 'run' }>;

/**
 * Does one thing beside a running server, or without one, and resolves with the line to print. What it prints is
 * shown this once: claims, badges and passwords are stored nowhere.
 */
export async function runShortCommand(command: ShortCommand, machine: Machine): Promise<object> {
  const foundation = await openFoundation(command.options, { ...machine, whenRunning: 'join' });
  try {
    return await perform(command, foundation, machine);
  } finally {
    await foundation.close();
  }
}

async function perform(
  command: ShortCommand,
  { database, ring, ledger }: Foundation,
  { clock, random }: Machine,
): Promise<object> {
  const parts = { db: database.db, pool: database.pool, ledger, ring, clock, random };
  const nowMs = clock.nowMs();
  switch (command.name) {
    case 'locker create': {
      const { options } = command;
      const { name, address, lat, long, pincode, country, slots } = options;
      const policy = { ...options.policy, lockerName: name, helpNumber: options['help-number'] };
      const locker = {
        name,
        address,
        lat,
        long,
        pincode,
        country,
        timeZone: options['time-zone'],
        slots,
        policy,
      };
      return withTime(await addLocker(parts, locker));
    }
    case 'locker claim': {
      const lockerId = command.options.locker;
      return withTime({ lockerId, ...(await makeClaim(database.db, lockerId, { nowMs, random })) });
    }
    case 'locker revoke':
      return revokeLocker(database.db, command.options.locker, nowMs);
    case 'courier add': {
      const { name, carrier, country } = command.options;
      return addCourier(parts, { name, carrier, country });
    }
    case 'operator add': {
      const { name, role, out } = command.options;
      const keyFile = resolve(out);
      const added = await addOperator({ ...parts, nowMs }, { name, role, keyFile });
      return { ...added, keyFile };
    }
  }
}

function withTime<T extends { expiresAt: number }>(line: T): object {
  return { ...line, expiresAt: new Date(line.expiresAt).toISOString() };
}
