import type { LockerEvent } from '@latchwork/shared';
import type { Account, Falsehood } from './account.ts';
import { contentsUntrue } from './contents-rules.ts';
import { doorUntrue } from './door-rules.ts';
import { wrongPulses } from './pulse-rules.ts';
import { type Scene, sceneOf } from './scene.ts';
import { troubleUntrue } from './trouble-rules.ts';
import { untold } from './untold.ts';

/** Everything in the journal that is not so, every pulse that nobody asked for, and every plain opening that is untold. */
export function falsehoods(account: Account): Falsehood[] {
  const scene = sceneOf(account);
  return [
    ...account.facts.flatMap((fact) => untrue(fact, scene)),
    ...wrongPulses(account),
    ...untold(account, scene),
  ];
}

function untrue(fact: LockerEvent, scene: Scene): Falsehood[] {
  const found = doorUntrue(fact, scene) ?? contentsUntrue(fact, scene) ?? troubleUntrue(fact, scene);
  return found ? [{ rule: fact.kind, atMs: fact.at, ...found }] : [];
}
