import type { z } from 'zod';
import type { LockBoard } from '../../ports/lock-board.ts';
import { Bcc8aEntry, bcc8a } from './bcc8a-board.ts';
import type { EchoProbe } from './bus-echo.ts';
import { GpioEntry } from './gpio-entry.ts';
import { KerongCu12Entry, kerongCu12 } from './kerong-cu12-board.ts';
import { KerongCu16Entry, kerongCu16 } from './kerong-cu16-board.ts';
import { KerongCu48Entry, kerongCu48 } from './kerong-cu48-board.ts';
import { ModbusRelayEntry, modbusRelay } from './modbus-relay-board.ts';
import { serialBoard } from './serial-board.ts';
import type { SerialBus } from './serial-bus.ts';
import type { BoardLanguage, ProfileLimits, SerialProfile } from './serial-profile.ts';
import { WklyEntry, wkly } from './wkly-board.ts';

/** The entry of each kind of board in a cabinet file, told apart by `profile`. */
export const serialEntries = [
  Bcc8aEntry,
  KerongCu48Entry,
  KerongCu16Entry,
  KerongCu12Entry,
  WklyEntry,
  ModbusRelayEntry,
] as const;
export const profileEntries = [...serialEntries, GpioEntry] as const;

export type SerialEntry = z.infer<(typeof serialEntries)[number]>;
export type BoardEntry = z.infer<(typeof profileEntries)[number]>;
export type SerialProfileName = SerialEntry['profile'];

/** A profile with its entry's type forgotten, for those who handle all of them alike. */
export interface AnyProfile {
  baudRate: number;
  limits: ProfileLimits;
  echoProbe(address: number): EchoProbe;
}

const profiles = {
  bcc8a,
  'kerong-cu48': kerongCu48,
  'kerong-cu16': kerongCu16,
  'kerong-cu12': kerongCu12,
  wkly,
  'modbus-relay': modbusRelay,
} as const;

export const serialProfiles: Readonly<Record<SerialProfileName, AnyProfile>> = profiles;

/** Boards such as GPIO pins hang on no line. */
export function isSerialEntry(entry: BoardEntry): entry is SerialEntry {
  return Object.hasOwn(profiles, entry.profile);
}

/** The rate of a line whose own is left out: that of its boards, where they agree. */
export function defaultBaudRate(names: readonly SerialProfileName[]): number | undefined {
  const rates = new Set(names.map((name) => serialProfiles[name].baudRate));
  const [rate] = rates;
  return rates.size === 1 ? rate : undefined;
}

/** How many locks a board drives; channels count from 1. */
export function channelsOf(entry: BoardEntry): number {
  return isSerialEntry(entry) ? entry.channels : entry.channels.length;
}

/** How many further inputs a board has, such as for door switches; counted from 1. */
export function inputsOf(entry: BoardEntry): number {
  return isSerialEntry(entry) ? languageOf(entry).inputs : entry.inputs.length;
}

export function openSerialBoard(entry: SerialEntry, bus: SerialBus): LockBoard {
  return serialBoard(bus, entry, languageOf(entry));
}

/** How a board of which only the address is known is asked for all it may have. */
export function probeOf(profile: SerialProfileName, address: number): BoardLanguage {
  const { entry, limits, probeFields } = profiles[profile];
  const fields = probeFields ?? { channels: limits.channelsMax };
  return languageOf(entry.parse({ name: 'probe', profile, line: 'probe', address, ...fields }));
}

function languageOf(entry: SerialEntry): BoardLanguage {
  // The map is keyed by the field that tells the entries apart, which the compiler cannot follow.
  const { language } = profiles[entry.profile] as Pick<SerialProfile<SerialEntry>, 'language'>;
  return { ...language(entry), echoProbe: serialProfiles[entry.profile].echoProbe(entry.address) };
}
