import { readFileSync } from 'node:fs';
import {
  AnyEvent,
  alarms,
  denials,
  eventBodies,
  limits,
  PassClaims,
  planBodies,
  problems,
} from '@latchwork/shared';
import type { z } from 'zod';
import { examples } from './example.ts';
import { code, fieldTable, grouped, table, typeWords } from './field-table.ts';
import { jsonSchema, namedTypes } from './schemas.ts';
import { topicRows } from './topic-rows.ts';

/** docs/protocol.md: the template with its tables and examples filled in. */
export function protocolPage(): string {
  const values: Record<string, string> = { ...sections(), ...examples() };
  const template = readFileSync(new URL('./template.md', import.meta.url), 'utf8');
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`template.md asks for {{${name}}}, which nothing makes`);
    return value;
  });
}

function sections(): Record<string, string> {
  const messages = Object.values(topicRows).flatMap((row) => Object.entries(row.messages));
  const isOps = (name: string) => name.startsWith('Ops');
  const described = (all: Readonly<Record<string, z.ZodType>>) =>
    Object.entries(all)
      .map(([name, schema]) => chapter(`\`${name}\``, schema))
      .join('\n\n');
  return {
    topics: topicTable(),
    messages: described(Object.fromEntries(messages.filter(([name]) => !isOps(name)))),
    opsMessages: described(Object.fromEntries(messages.filter(([name]) => isOps(name)))),
    anyEvent: fieldTable(jsonSchema(AnyEvent)),
    events: described(eventBodies),
    planItems: described(planBodies),
    passClaims: fieldTable(jsonSchema(PassClaims)),
    types: Object.entries(namedTypes)
      .map(([name, schema]) => typeChapter(name, schema))
      .join('\n\n'),
    denials: list(denials),
    problems: list(problems),
    alarms: table(
      ['alarm', 'meaning'],
      Object.entries(alarms).map(([name, meaning]) => [code(name), meaning]),
    ),
    limits: table(['limit', 'value', 'meaning'], limitRows()),
  };
}

function chapter(title: string, schema: z.ZodType): string {
  return `### ${title}\n\n${schema.description ?? ''}\n\n${fieldTable(jsonSchema(schema))}`;
}

function typeChapter(name: string, schema: z.ZodType): string {
  const made = jsonSchema(schema);
  const body = made.properties ? fieldTable(made) : `Form: ${typeWords(made)}.`;
  return `### ${name}\n\n${made.description ?? ''}\n\n${body}`;
}

function topicTable(): string {
  const rows = Object.entries(topicRows).map(([name, row]) => [
    `\`${name}\``,
    row.publisher,
    row.reader,
    Object.keys(row.messages)
      .map((each) => `[${each}](#${each.toLowerCase()})`)
      .join(', '),
    row.items,
    `${row.says}${row.retained ? ' Retained.' : ''}`,
  ]);
  return table(['topic', 'published by', 'read by', 'message', 'items', ''], rows);
}

/** What each limit means stands in the comment above it: the one place where it is said. */
function limitRows(): string[][] {
  const source = readFileSync(new URL('../../shared/limits.ts', import.meta.url), 'utf8');
  return Object.entries(limits).map(([name, value]) => {
    const meaning = new RegExp(`/\\*\\* (.+) \\*/\\n  ${name}:`).exec(source)?.[1];
    if (meaning === undefined) throw new Error(`shared/limits.ts has no comment of one line above ${name}`);
    return [`\`${name}\``, grouped(value), meaning];
  });
}

function list(words: readonly string[]): string {
  return words.map((word) => `- \`${word}\``).join('\n');
}
