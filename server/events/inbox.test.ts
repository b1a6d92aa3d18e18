import { expect, test } from 'vitest';
import { createInbox } from './inbox.ts';
import { intakeLimits } from './intake-limits.ts';

const message = (locker: number, lines = 1) => ({
  topic: `lw1/gb/gb-${String(locker).padStart(8, '0')}/up/events`,
  payload: Buffer.from('x\n'.repeat(lines)),
  arrivedMs: 0,
});
const nobody = () => expect.unreachable('nothing was to be left out');

test('what has arrived is taken together, in order', async () => {
  const inbox = createInbox(nobody);
  const taken = inbox.take();
  const first = message(1);
  await inbox.offer(first);
  expect(await taken).toEqual([first]);
  const more = [message(1), message(2), message(1)];
  for (const one of more) await inbox.offer(one);
  expect(await inbox.take()).toEqual(more);
});

test('a batch is bounded by its messages and by its lines', async () => {
  const inbox = createInbox(nobody);
  for (let n = 0; n <= intakeLimits.messagesPerBatchMax; n += 1) await inbox.offer(message(n));
  expect(await inbox.take()).toHaveLength(intakeLimits.messagesPerBatchMax);
  expect(await inbox.take()).toHaveLength(1);
  for (let n = 0; n < 3; n += 1) await inbox.offer(message(n, intakeLimits.linesPerBatchMax / 2));
  expect(await inbox.take()).toHaveLength(2);
  await inbox.offer(message(9, intakeLimits.linesPerBatchMax * 2));
  expect(await inbox.take()).toHaveLength(1);
});

test('one locker that sends too fast is left out; the others are not', async () => {
  const leftOut: string[] = [];
  const inbox = createInbox((topic) => leftOut.push(topic));
  for (let n = 0; n < intakeLimits.messagesPerLockerMax + 2; n += 1) await inbox.offer(message(1));
  await inbox.offer(message(2));
  expect(leftOut).toHaveLength(2);
  expect(await inbox.take()).toHaveLength(intakeLimits.messagesPerLockerMax + 1);
  await inbox.offer(message(1));
  expect(await inbox.take()).toHaveLength(1);
});

test('a full inbox accepts nothing more until something was taken', async () => {
  const inbox = createInbox(nobody);
  for (let n = 0; n < intakeLimits.messagesMax; n += 1) await inbox.offer(message(n));
  let accepted = false;
  const waiting = inbox.offer(message(intakeLimits.messagesMax)).then(() => {
    accepted = true;
  });
  await Promise.resolve();
  expect(accepted).toBe(false);
  await inbox.take();
  await waiting;
});

test('closing ends every waiting', async () => {
  const inbox = createInbox(nobody);
  const taken = inbox.take();
  inbox.close();
  expect(await taken).toEqual([]);
  await inbox.offer(message(1));
  expect(await inbox.take()).toEqual([]);
});
