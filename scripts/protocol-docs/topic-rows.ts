import {
  Beat,
  Events,
  Hello,
  OpsAlarm,
  OpsStatus,
  Plan,
  type topicFor,
  Want,
  WantHello,
  Will,
} from '@latchwork/shared';
import type { z } from 'zod';

export type TopicName = Parameters<typeof topicFor>[1];

export interface TopicRow {
  /** Who may publish; everybody else is refused by the broker. */
  publisher: 'locker' | 'server' | 'operator';
  reader: 'locker' | 'server' | 'operator';
  retained: boolean;
  /** What the lines after the header are. */
  items: 'events' | 'plan items' | 'none';
  messages: Readonly<Record<string, z.ZodType>>;
  says: string;
}

const up = { publisher: 'locker', reader: 'server', retained: false, items: 'none' } as const;
const down = { publisher: 'server', reader: 'locker', retained: false, items: 'none' } as const;
const ops = { publisher: 'server', reader: 'operator', retained: false, items: 'none' } as const;
const reserved = 'Reserved: nothing is sent here yet.';

/** Every topic; a new one does not compile without its row. */
export const topicRows: Readonly<Record<TopicName, TopicRow>> = {
  'up/hello': { ...up, messages: { Hello }, says: 'Opens a session.' },
  'up/events': { ...up, messages: { Events }, items: 'events', says: 'A batch of the journal.' },
  'up/beat': { ...up, messages: { Beat }, says: 'A sign of life.' },
  'up/reply': { ...up, messages: {}, says: `Answers to commands. ${reserved}` },
  'up/will': { ...up, messages: { Will }, says: "The broker says that the locker's line broke." },
  'down/want': { ...down, messages: { Want, WantHello }, says: 'What the server has, and wants next.' },
  'down/plan': { ...down, messages: { Plan }, items: 'plan items', says: 'What the locker is to know.' },
  'down/command': { ...down, messages: {}, says: `Remote openings. ${reserved}` },
  'ops/status': { ...ops, messages: { OpsStatus }, retained: true, says: 'How a locker stands.' },
  'ops/alarm': { ...ops, messages: { OpsAlarm }, says: 'What an operator should see now.' },
  'ops/result': { ...ops, messages: {}, says: `Answers to requests. ${reserved}` },
  'ops/request': {
    ...ops,
    publisher: 'operator',
    reader: 'server',
    messages: {},
    says: `An operator's wish. ${reserved}`,
  },
};
