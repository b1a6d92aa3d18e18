import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Mail = z.strictObject({
  id: z.int().min(1),
  /** When it came, RFC 3339. */
  at: z.iso.datetime(),
  from: z.string(),
  /** Everyone it was for, with commas between. */
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string().nullable(),
});
export type Mail = z.infer<typeof Mail>;

/** The last mails, a file each. Invariant: what `add` returned is on disk. */
export interface MailStore {
  /** Throws the system's error when it cannot be written; then nothing was kept. */
  add(mail: Omit<Mail, 'id'>): Mail;
  /** Newest first. */
  list(): readonly Mail[];
  find(id: number): Mail | undefined;
  /** Returns how to stop listening. */
  onAdd(listener: () => void): () => void;
}

/** @param keepMax older mails than these are deleted */
export function openMailStore(folder: string, keepMax: number, say: (line: string) => void): MailStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let mails = read(folder, say);
  const listeners = new Set<() => void>();
  return {
    add(news) {
      const mail = { id: (mails[0]?.id ?? 0) + 1, ...news };
      write(folder, mail);
      for (const old of mails.slice(keepMax - 1)) rmSync(join(folder, fileName(old.id)), { force: true });
      mails = [mail, ...mails.slice(0, keepMax - 1)];
      for (const listener of listeners) listener();
      return mail;
    },
    list: () => mails,
    find: (id) => mails.find((mail) => mail.id === id),
    onAdd(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function read(folder: string, say: (line: string) => void): Mail[] {
  const mails: Mail[] = [];
  for (const name of readdirSync(folder)) {
    if (!/^\d{8}\.json$/.test(name)) continue;
    try {
      mails.push(Mail.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))));
    } catch {
      say(`mailbox: ${name} cannot be read and is left out`);
    }
  }
  return mails.sort((one, other) => other.id - one.id);
}

/** Whole or not at all, through a power cut too: the file before its name, and its name before the return. */
function write(folder: string, mail: Mail): void {
  const path = join(folder, fileName(mail.id));
  const file = openSync(`${path}.new`, 'w', 0o600);
  try {
    writeSync(file, JSON.stringify(mail));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function fileName(id: number): string {
  return `${String(id).padStart(8, '0')}.json`;
}
