import { parentPort } from 'node:worker_threads';
import { type Job, performJob } from './job.ts';

/** Performs one job after another for the thread that started it. */
parentPort?.on('message', async (job: Job) => {
  parentPort?.postMessage(await performJob(job));
});
