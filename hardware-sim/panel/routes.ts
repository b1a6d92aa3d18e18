import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { LINE_NAME_DEFAULT, LineName } from '../boards/board-config.ts';
import { SCAN_ENDS } from '../bus/scanner-line.ts';
import { DoorFaultsChange, LineFaultsChange } from '../cabinet/faults.ts';
import { readBody } from './body.ts';
import { ProblemError } from './problem.ts';
import type { PanelSubject } from './subject.ts';

const SCAN_CHARACTERS_MAX = 4096;
const AIM_PREFIX_CHARACTERS_MAX = 8;

/** As long as a person presses a door that is said to stick. */
const PUSH_IN_MS = 5000;
const PUSH_IN_MS_MAX = 600_000;
/** As long as a small controller takes to start. */
const SILENT_MS = 1000;
const SILENT_MS_MAX = 600_000;

const NoBody = z.strictObject({});
const ParcelMove = z.strictObject({ in: z.boolean() });
const PushIn = z.strictObject({ forMs: z.int().min(1).max(PUSH_IN_MS_MAX).default(PUSH_IN_MS) });
const Switch = z.strictObject({ on: z.boolean() });
const BoardReset = z.strictObject({
  line: LineName.default(LINE_NAME_DEFAULT),
  board: z.int().min(0),
  silentMs: z.int().min(0).max(SILENT_MS_MAX).default(SILENT_MS),
});
const NetworkChange = z.strictObject({ cut: z.boolean() });
const Scan = z.strictObject({
  text: z.string().min(1).max(SCAN_CHARACTERS_MAX),
  end: z.enum(SCAN_ENDS).optional(),
  aimPrefix: z.string().max(AIM_PREFIX_CHARACTERS_MAX).optional(),
});

type Answer = (call: { subject: PanelSubject; request: IncomingMessage; door: number }) => unknown;

/** Every deed answers with the cabinet as it stands once the deed is in effect. */
const ROUTES: { method: 'GET' | 'POST'; path: RegExp; answer: Answer }[] = [
  { method: 'GET', path: /^\/api\/cabinet$/, answer: ({ subject }) => subject.view() },
  { method: 'GET', path: /^\/api\/record$/, answer: ({ subject }) => subject.record() },
  {
    method: 'POST',
    path: /^\/api\/doors\/(\d{1,4})\/push-shut$/,
    answer: async ({ subject, request, door }) => {
      await readBody(request, NoBody);
      return done(subject, await subject.pushShut(door));
    },
  },
  {
    method: 'POST',
    path: /^\/api\/doors\/(\d{1,4})\/push-in$/,
    answer: async ({ subject, request, door }) =>
      done(subject, subject.pushIn(door, (await readBody(request, PushIn)).forMs)),
  },
  {
    method: 'POST',
    path: /^\/api\/doors\/(\d{1,4})\/key$/,
    answer: async ({ subject, request, door }) => {
      await readBody(request, NoBody);
      return done(subject, subject.turnKey(door));
    },
  },
  {
    method: 'POST',
    path: /^\/api\/doors\/(\d{1,4})\/parcel$/,
    answer: async ({ subject, request, door }) => {
      const move = await readBody(request, ParcelMove);
      return done(subject, subject.moveParcel(door, move.in));
    },
  },
  {
    method: 'POST',
    path: /^\/api\/doors\/(\d{1,4})\/fault$/,
    answer: async ({ subject, request, door }) =>
      done(subject, subject.changeDoorFaults(door, await readBody(request, DoorFaultsChange))),
  },
  {
    method: 'POST',
    path: /^\/api\/line\/fault$/,
    answer: async ({ subject, request }) =>
      done(subject, await subject.changeLineFaults(await readBody(request, LineFaultsChange))),
  },
  {
    method: 'POST',
    path: /^\/api\/board\/reset$/,
    answer: async ({ subject, request }) =>
      done(subject, subject.resetBoard(await readBody(request, BoardReset))),
  },
  {
    method: 'POST',
    path: /^\/api\/service-switch$/,
    answer: async ({ subject, request }) =>
      done(subject, subject.setServiceSwitch((await readBody(request, Switch)).on)),
  },
  {
    method: 'POST',
    path: /^\/api\/scan$/,
    answer: async ({ subject, request }) => {
      const { text, ...manner } = await readBody(request, Scan);
      return done(subject, await subject.scan(text, manner));
    },
  },
  {
    method: 'POST',
    path: /^\/api\/network$/,
    answer: async ({ subject, request }) => {
      subject.setNetworkCut((await readBody(request, NetworkChange)).cut);
      return subject.view();
    },
  },
];

/** Answers a request to `/api/…`. Throws {@link ProblemError} for whatever is not done. */
export async function answerApi(
  subject: PanelSubject,
  request: IncomingMessage,
  path: string,
): Promise<unknown> {
  const there = ROUTES.filter((route) => route.path.test(path));
  if (there.length === 0) throw new ProblemError({ status: 404, title: 'there is no such thing here' });
  const route = there.find(({ method }) => method === request.method);
  if (!route) {
    throw new ProblemError({
      status: 405,
      title: `this takes ${there.map(({ method }) => method).join(', ')}`,
    });
  }
  return route.answer({ subject, request, door: Number(route.path.exec(path)?.[1]) });
}

function done(subject: PanelSubject, outcome: { ok: true } | { ok: false; reason: string }): unknown {
  if (outcome.ok) return subject.view();
  const status = outcome.reason.startsWith('there is no ') ? 404 : 409;
  throw new ProblemError({ status, title: outcome.reason });
}
