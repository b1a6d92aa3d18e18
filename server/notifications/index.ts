/** The Notification Service: tells recipients by e-mail what happens to their parcels. */
export { type Mailer, smtpMailer } from './mailer.ts';
export { type Notifier, notifierLimits, startNotifier } from './notifier.ts';
