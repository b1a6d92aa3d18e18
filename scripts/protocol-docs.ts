import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { asyncApi } from './protocol-docs/asyncapi.ts';
import { protocolPage } from './protocol-docs/markdown.ts';

export const refreshCommand = 'node scripts/protocol-docs.ts';

/** The documents made from the schemas in `shared/`, by their place in the repository. */
export function protocolDocs(): Record<string, string> {
  const notice = `# Made from the schemas in shared/. To refresh: ${refreshCommand}\n`;
  return {
    'docs/protocol.md': protocolPage(),
    'docs/asyncapi.yaml': notice + stringify(asyncApi(), { lineWidth: 110, aliasDuplicateObjects: false }),
  };
}

if (import.meta.main)
  for (const [path, text] of Object.entries(protocolDocs())) {
    writeFileSync(new URL(`../${path}`, import.meta.url), text);
    console.log(`wrote ${path}`);
  }
