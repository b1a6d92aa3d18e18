import { describe, expect, test } from 'vitest';
import type { NotificationKind } from '../ledger/index.ts';
import { kindsWithCode, type MessageFacts, renderMessage } from './templates.ts';

const facts: MessageFacts = {
  code: '01234567',
  lockerName: 'Mill Lane',
  address: '1 Mill Lane <Cambridge>',
  pincode: 'CB2 1RX',
  trackingId: 'LW1"><script>',
  bookedUntil: Date.UTC(2025, 6, 1, 11, 30),
  timeZone: 'Asia/Kolkata',
};
const kinds: NotificationKind[] = ['booked', 'codeReady', 'delivered', 'pickedUp', 'cancelled', 'expired'];

describe.each(kinds)('%s', (kind) => {
  const { subject, text, html } = renderMessage(kind, facts);

  test('says the same in text and in HTML, which takes nothing from others as markup', () => {
    expect(subject).toContain('Mill Lane');
    expect(html).not.toContain('<script>');
    expect(html).toContain('LW1&quot;&gt;&lt;script&gt;');
    expect(html).toContain('1 Mill Lane &lt;Cambridge&gt;');
    expect(text).toContain('LW1"><script>');
    expect(text).toContain('1 Mill Lane <Cambridge>');
  });

  test('carries the code exactly where it should', () => {
    expect(text.includes('01234567')).toBe(kindsWithCode.has(kind));
    expect(html.includes('01234567')).toBe(kindsWithCode.has(kind));
  });
});

test('times are those of the locker’s place', () => {
  expect(renderMessage('booked', facts).text).toMatch(/Tuesday,? 1 July 2025.*17:00/);
});
