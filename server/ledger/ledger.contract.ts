import { beforeEach, describe } from 'vitest';
import { type Bench, benchOf, type LedgerUnderTest } from './bench.contract.ts';
import { commitsWhole } from './commit.contract.ts';
import { tellsWhatItHolds } from './news.contract.ts';
import { commitsOverlap } from './overlap.contract.ts';
import { keepsItsRules } from './rules.contract.ts';

/** What every ledger does. `open` is called for each test and gives an empty ledger. */
export function ledgerContract(open: () => LedgerUnderTest | Promise<LedgerUnderTest>): void {
  let bench: Bench;
  beforeEach(async () => {
    bench = benchOf(await open());
  });
  const given = () => bench;

  describe('a commit', () => commitsWhole(given));
  describe('the rules', () => keepsItsRules(given));
  describe('overlapping commits', () => commitsOverlap(given));
  describe('plan, notifications and news', () => tellsWhatItHolds(given));
}
