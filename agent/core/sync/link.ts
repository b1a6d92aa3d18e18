import { type Beat, type Hello, limits, planDigests, protocolVersion, type Want } from '@latchwork/shared';
import { floorAt } from '../clock.ts';
import type { Draft } from '../draft.ts';
import { endIncarnation, leaveSession, misfitOf, trim } from './incarnation.ts';
import type { Link } from './link-state.ts';
import { setLink } from './set-link.ts';
import { hearServerTime } from './wall-clock.ts';

const backoffBaseMs = 1_000;
const backoffMaxMs = 5 * 60_000;
/** A hello that no want answers is said again, ever more rarely and never by all lockers at once. */
const helloRetryMs = 15_000;
/** A batch that no want answers is sent again. */
const resendMs = 10_000;
/** After so many unanswered batches the session is doubted, and a hello opens a new one. */
const unansweredMax = 2;

export const linkAtStart: Link = {
  phase: 'waiting',
  failures: 0,
  agentNonce: '',
  serverNonce: '',
  ordinal: 0,
  sentTo: 0,
  window: 0,
  spreadS: 0,
  unanswered: 0,
  doubted: false,
  hellos: 0,
  staged: null,
};

export function connect(d: Draft): void {
  if (d.state.link.phase !== 'waiting') return;
  const agentNonce = d.stamp.nonce;
  setLink(d, { phase: 'connecting', agentNonce });
  d.effect({ kind: 'connect', nonce: agentNonce });
}

export function onLinkUp(d: Draft): void {
  sayHello(d);
}

/** After a healthy session the first attempt is spread, so that a fleet does not come back at once. */
export function onLinkDown(d: Draft): void {
  const { link } = d.state;
  const healthy = link.phase === 'live';
  const failures = healthy ? 0 : link.failures + 1;
  const longestMs = healthy
    ? link.spreadS * 1000
    : Math.min(backoffMaxMs, backoffBaseMs * 2 ** Math.min(failures, 20));
  setLink(d, { phase: 'waiting', failures, staged: null, serverNonce: '' });
  for (const id of ['hello', 'resend', 'beat']) d.cancelTimer(id);
  d.startTimer('reconnect', d.stamp.random * longestMs);
}

export function sayHello(d: Draft): void {
  if (d.state.link.phase === 'waiting') return;
  const { hellos } = d.state.link;
  setLink(d, { phase: 'greeting', unanswered: 0, doubted: false, hellos: hellos + 1 });
  const { lockerId: locker, incarnation, nextSeq, head, serverEpoch, rev, reborn } = d.meta;
  const { ackedSeq, trimmedTo } = d.meta;
  const message: Hello = {
    v: protocolVersion,
    type: 'hello',
    locker,
    incarnation,
    agentNonce: d.state.link.agentNonce,
    next: nextSeq,
    head,
    trimmedTo,
    acked: ackedSeq,
    serverEpoch,
    rev,
    digests: planDigests(d.state.tables.planItems.values()),
    clock: clockClaim(d),
    version: d.state.config.version,
    reborn,
  };
  d.effect({ kind: 'sendHello', message });
  d.startTimer(
    'hello',
    Math.min(backoffMaxMs, helloRetryMs * 2 ** Math.min(hellos, 10)) * (0.5 + d.stamp.random),
  );
}

/** Only a fresh want counts: as time, as acknowledgement, as anything. */
export function onWant(d: Draft, want: Want, headThere: string | undefined): void {
  const { link } = d.state;
  const fresh =
    want.agentNonce === link.agentNonce &&
    want.incarnation === d.meta.incarnation &&
    (link.phase === 'greeting' || (link.phase === 'live' && want.serverNonce === link.serverNonce));
  if (!fresh) return;
  hearServerTime(d, want);
  const acked = want.from - 1;
  const before = d.meta.ackedSeq;
  const greeted = link.phase === 'greeting';
  if (!greeted && acked < before) return doubt(d);
  const misfit = misfitOf(d, want, headThere);
  // It may be an old one of this session, said again: in a new session none is old.
  if (misfit === 'trimmed' && want.serverNonce === link.serverNonce) return leaveSession(d);
  if (misfit) return endIncarnation(d, want, misfit);
  const { serverNonce, ordinal, spreadS } = want;
  const window = Math.min(want.window, limits.windowEventsMax);
  const sentTo = greeted ? want.from : Math.max(link.sentTo, want.from);
  setLink(d, {
    phase: 'live',
    failures: 0,
    hellos: 0,
    serverNonce,
    ordinal,
    window,
    spreadS,
    unanswered: 0,
    sentTo,
  });
  if (acked > d.meta.ackedSeq || greeted) d.setMeta({ ackedSeq: acked });
  trim(d, want);
  if (greeted) {
    d.startTimer('hello', limits.helloIntervalMs);
    // The first fresh message of the session: until then the server does not believe that anyone is there.
    sendBeat(d);
  }
  // A want that acknowledges nothing new is the server asking whether anyone is there.
  else if (acked === before && sentTo === want.from) sendBeat(d);
  if (d.state.link.sentTo > want.from) d.startTimer('resend', resendMs);
  else d.cancelTimer('resend');
}

/** A later want has overtaken this one, or the server was set back: a hello tells. Many old ones cost no more than one. */
function doubt(d: Draft): void {
  if (d.state.link.doubted) return;
  setLink(d, { doubted: true });
  d.startTimer('hello', helloRetryMs * (0.5 + d.stamp.random));
}

/** Sends what the journal has gained, as far as the window goes. SQLite is the queue. */
export function pump(d: Draft): void {
  const { link } = d.state;
  if (link.phase !== 'live') return;
  const to = Math.min(d.meta.nextSeq, d.meta.ackedSeq + 1 + link.window);
  if (to <= link.sentTo) return;
  const { agentNonce, serverNonce, sentTo: from } = link;
  d.effect({ kind: 'sendEvents', from, to, agentNonce, serverNonce });
  setLink(d, { sentTo: to });
  d.startTimer('resend', resendMs);
}

export function onResendTimer(d: Draft): void {
  const { link } = d.state;
  if (link.phase !== 'live' || link.sentTo <= d.meta.ackedSeq + 1) return;
  if (link.unanswered + 1 >= unansweredMax) return sayHello(d);
  setLink(d, { unanswered: link.unanswered + 1, sentTo: d.meta.ackedSeq + 1 });
}

export function sendBeat(d: Draft): void {
  const { link } = d.state;
  if (link.phase !== 'live') return;
  const { lockerId: locker, incarnation, nextSeq, head, serverEpoch, rev } = d.meta;
  const message: Beat = {
    v: protocolVersion,
    type: 'beat',
    locker,
    incarnation,
    agentNonce: link.agentNonce,
    serverNonce: link.serverNonce,
    next: nextSeq,
    head,
    serverEpoch,
    rev,
    digests: planDigests(d.state.tables.planItems.values()),
    clock: clockClaim(d),
  };
  d.effect({ kind: 'sendBeat', message });
  d.startTimer('beat', limits.beatIntervalMs);
}

function clockClaim(d: Draft) {
  return { at: d.stamp.wallMs, state: d.state.clock.state, floor: Math.floor(floorAt(d.meta, d.poweredMs)) };
}
