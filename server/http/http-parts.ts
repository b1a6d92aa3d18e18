import type { BookingParts } from '../booking/index.ts';
import type { Logger } from './logger.ts';

/** What the routes work with. */
export interface HttpParts extends BookingParts {
  logger: Logger;
  /** Of this server, for health and enrolment. */
  version: string;
  /** Where lockers find the broker. */
  broker: { mqtt?: string; ws?: string };
  /** Shown on the first page: the mailbox, the kiosk and the panel of a demonstration. */
  links: readonly { name: string; url: string }[];
  /** The folder of the built pages. */
  pagesFolder: string;
}
