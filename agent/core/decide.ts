import { closeHours } from './budget.ts';
import { floorAt } from './clock.ts';
import { onBoardSeen, onBoardTimer, onSupplySagged, tellBoardAgain } from './doors/boards.ts';
import { onContentsSeen } from './doors/contents.ts';
import { onDoorSeen, onSteadyTimer } from './doors/door-seen.ts';
import { onLapseTimer } from './doors/finish.ts';
import { tellHealth } from './doors/health-facts.ts';
import { onLeftOpenTimer } from './doors/left-open.ts';
import { onAnswerTimer, onPulseDone, onRestTimer, onSettleTimer, onWatchTimer } from './doors/opening.ts';
import { settleAfterStart } from './doors/start.ts';
import { tellAgain } from './doors/telling.ts';
import { Draft } from './draft.ts';
import type { Decision, Input, Stamp } from './input.ts';
import { onBadge, onBarcode } from './people/courier.ts';
import { onCode } from './people/recipient.ts';
import { endTechnicianVisits, onTechnicianAsked, onTechnicianTimer } from './people/technician.ts';
import {
  onServiceSwitched,
  onServiceTimer,
  resumeService,
  tendService,
} from './people/technician-service.ts';
import { afterFinished, afterStuck, onTouched } from './people/touch.ts';
import { onIdleTimer, onThanksTimer, walkAway } from './people/visit.ts';
import type { State } from './state.ts';
import { onPlan } from './sync/apply-plan.ts';
import { onJournalRead } from './sync/incarnation.ts';
import {
  connect,
  onLinkDown,
  onLinkUp,
  onResendTimer,
  onWant,
  pump,
  sayHello,
  sendBeat,
} from './sync/link.ts';
import { noteWallClock } from './sync/wall-clock.ts';

/** Powered time reaches the disk at least this often, so that windows go on after a power cut. */
const tickMs = 60_000;
const forgetAfterMs = 86_400_000;

/**
 * One step of the locker: what an input means in a state. Pure; the shell commits `change` and then performs
 * `effects`, in that order.
 */
export function decide(state: State, input: Input, stamp: Stamp): Decision {
  const d = new Draft(state, stamp);
  noteWallClock(d);
  // Nobody is served, and no door believed, before every door was read.
  if (state.started || input.kind === 'started') {
    take(d, input);
    tendService(d, state);
    endTechnicianVisits(d, state, { atStart: input.kind === 'started' });
  } else if (input.kind === 'technicianAsked') onTechnicianAsked(d, input);
  pump(d);
  return d.finish();
}

function take(d: Draft, input: Input): void {
  switch (input.kind) {
    case 'started':
      return onStarted(d, input);
    case 'codeEntered':
      return serve(d, () => onCode(d, input.codeHash));
    case 'badgeScanned':
      return serve(d, () => onBadge(d, input.badgeHash));
    case 'barcodeScanned':
      return serve(d, () => onBarcode(d, input.barcode));
    case 'scanUnreadable':
      return d.show({ kind: 'refused', reason: 'scan unreadable' });
    case 'touched':
      return onTouched(d, input.action);
    case 'doorSeen':
      return onDoorSeen(d, input);
    case 'contentsSeen':
      return onContentsSeen(d, input);
    case 'serviceSwitched':
      return onServiceSwitched(d, input.on);
    case 'technicianAsked':
      return onTechnicianAsked(d, input);
    case 'boardSeen':
      return onBoardSeen(d, input);
    case 'supplySagged':
      return onSupplySagged(d, input);
    case 'pulseDone':
      return attempt(d, input.slot, () => onPulseDone(d, input));
    case 'timer':
      return onTimer(d, input.id.split(':'));
    case 'linkUp':
      return onLinkUp(d);
    case 'linkDown':
      return onLinkDown(d);
    case 'messageReceived':
      return onMessage(d, input);
    case 'journalRead':
      return onJournalRead(d, input);
  }
}

/** While a technician is at work, nobody new is served. */
function serve(d: Draft, act: () => void): void {
  if (d.state.tables.service) d.show({ kind: 'beingServiced' });
  else act();
}

function onStarted(d: Draft, { doors }: Extract<Input, { kind: 'started' }>): void {
  const { visit } = d.meta;
  settleAfterStart(d, doors);
  resumeService(d);
  if (visit) {
    d.emit({ kind: 'visit.ended', visit, reason: 'interrupted' });
    d.setMeta({ visit: null });
  }
  d.startTimer('tick', tickMs);
  connect(d);
}

/** What may have been the last attempt: then the person is helped on. */
function attempt(d: Draft, slot: number, act: () => void): void {
  const before = d.opening(slot);
  act();
  if (before && !d.opening(slot)) afterStuck(d, before);
}

/** Timer ids name the row that they belong to; one whose row is gone or has moved on finds nothing. */
function onTimer(d: Draft, [name, first = '', second = '', third = '']: string[]): void {
  const slot = Number(first);
  switch (name) {
    case 'answer':
      return attempt(d, slot, () => onAnswerTimer(d, slot, second, Number(third)));
    case 'watch':
      return attempt(d, slot, () => onWatchTimer(d, slot, second, Number(third)));
    case 'rest':
      return attempt(d, slot, () => onRestTimer(d, slot, second));
    case 'settle': {
      const finished = onSettleTimer(d, slot, second);
      if (finished) afterFinished(d, finished);
      return;
    }
    case 'leftOpen': {
      const left = onLeftOpenTimer(d, slot, second);
      if (left) walkAway(d, left);
      return;
    }
    case 'steady':
      return onSteadyTimer(d, slot, second);
    case 'board':
      return onBoardTimer(d, slot);
    case 'lapse':
      return onLapseTimer(d, slot);
    case 'service':
      return onServiceTimer(d, first);
    case 'technician':
      return onTechnicianTimer(d, slot, second);
    case 'idle':
      return onIdleTimer(d, first);
    case 'thanks':
      return onThanksTimer(d, first);
    case 'notice':
      if (d.state.notice?.id === first) d.set({ notice: null });
      return;
    case 'tick':
      return onTick(d);
    case 'reconnect':
      return connect(d);
    case 'hello':
      return sayHello(d);
    case 'resend':
      return onResendTimer(d);
    case 'beat':
      return sendBeat(d);
  }
}

function onTick(d: Draft): void {
  d.setMeta({});
  const { budgets, facts } = closeHours(d.state.budgets, d.poweredMs);
  d.set({ budgets });
  for (const fact of facts) tellSummary(d, fact);
  forgetRedemptions(d);
  tellHealth(d);
  d.startTimer('tick', tickMs);
}

/** What was only counted may have been the latest: how things stand now is told after it. */
function tellSummary(d: Draft, fact: ReturnType<typeof closeHours>['facts'][number]): void {
  d.emit(fact);
  if (fact.slot !== undefined && fact.summarised.startsWith('door.')) tellAgain(d, fact.slot);
  if (fact.summarised === 'board.lost' || fact.summarised === 'board.back')
    tellBoardAgain(d, fact.board ?? '');
}

/** A redemption is kept as long as its grant could be shown: to its expiry, and a day for clocks that differ. */
function forgetRedemptions(d: Draft): void {
  const expiredBefore = floorAt(d.meta, d.poweredMs) - forgetAfterMs;
  for (const { grant, expiresAt } of d.state.tables.redemptions.values())
    if (expiresAt < expiredBefore && !d.state.plan.grants.has(grant)) d.endRedemption(grant);
}

function onMessage(
  d: Draft,
  { message, lines, headThere }: Extract<Input, { kind: 'messageReceived' }>,
): void {
  const { link } = d.state;
  switch (message.type) {
    case 'want':
      return onWant(d, message, headThere);
    case 'wantHello':
      // A replayed one costs a hello; never while one is under way.
      if (link.phase === 'live') sayHello(d);
      return;
    case 'plan': {
      const fresh =
        link.phase === 'live' &&
        message.agentNonce === link.agentNonce &&
        message.serverNonce === link.serverNonce &&
        message.incarnation === d.meta.incarnation;
      if (fresh) onPlan(d, message, lines);
    }
  }
}
