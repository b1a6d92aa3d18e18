import type { Draft } from '../draft.ts';
import type { Link } from './link-state.ts';

export function setLink(d: Draft, change: Partial<Link>): void {
  d.set({ link: { ...d.state.link, ...change } });
}
