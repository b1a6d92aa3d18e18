/** The Notification Service: tells recipients by e-mail what happens to their parcels. */
export { type Mailer, type MailOutcome, smtpMailer } from './mailer.ts';
export { type Notifier, type NotifierParts, notifierLimits, startNotifier } from './notifier.ts';
