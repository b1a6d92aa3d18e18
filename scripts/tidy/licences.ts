import { globSync, lstatSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../test/run-program.ts';

/** Licences that a dependency may have, and why. A name that is not here fails the build. */
const allowedLicences: Record<string, string> = {
  MIT: 'permissive',
  'Apache-2.0': 'permissive, and our own',
  'BSD-2-Clause': 'permissive',
  'BSD-3-Clause': 'permissive',
  ISC: 'permissive',
  'MPL-2.0': 'used unmodified: its duties cover only its own files',
  '0BSD': 'permissive, without even the duty to name the author',
  'MIT-0': 'permissive, without even the duty to name the author',
  'BlueOak-1.0.0': 'permissive, MIT in plainer words',
  'CC0-1.0': 'given to the public domain',
  Unlicense: 'given to the public domain',
  'Python-2.0': 'permissive, as BSD',
  PostgreSQL: 'permissive, as BSD',
};

export interface InstalledPackage {
  name: string;
  version: string;
  /** An SPDX expression, or undefined where package.json names none. */
  licence: string | undefined;
}

/** Every package that pnpm has installed for this machine, the indirect ones too. */
export function installedPackages(): InstalledPackage[] {
  const store = join(root, 'node_modules/.pnpm');
  return globSync(['*/node_modules/*/package.json', '*/node_modules/@*/*/package.json'], { cwd: store })
    .map((path) => join(store, path))
    .filter((path) => !lstatSync(dirname(path)).isSymbolicLink())
    .map((path) => JSON.parse(readFileSync(path, 'utf8')))
    .map(({ name, version, license, licenses }) => ({
      name,
      version,
      licence: expression(license ?? licenses),
    }));
}

/** Of `A OR B` one must be allowed, of `A AND B` both. */
export function isAllowed(licence: string | undefined): boolean {
  if (licence === undefined) return false;
  const plain = licence.replace(/^\((.*)\)$/, '$1');
  return plain
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((name) => Object.hasOwn(allowedLicences, name)));
}

function expression(field: unknown): string | undefined {
  if (typeof field === 'string') return field;
  if (Array.isArray(field)) return field.map(expression).join(' OR ');
  if (typeof field === 'object' && field !== null && 'type' in field) return expression(field.type);
  return undefined;
}
