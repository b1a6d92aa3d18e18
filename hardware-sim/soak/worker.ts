import { parentPort } from 'node:worker_threads';
import { soakShift } from './shift.ts';

/** Lives one shift after another for the thread that started it. */
parentPort?.on('message', async (seed: number) => {
  const { journal: _journal, truths: _truths, ...told } = await soakShift(seed);
  parentPort?.postMessage(told);
});
