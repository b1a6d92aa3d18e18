import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Starting a thread costs as much as several jobs. */
const jobsPerThreadMin = 4;

export interface Crew<Job, Result> {
  /** A module that performs each job it is sent, and sends the result back. */
  worker: URL;
  /** The same in this thread, for a few jobs. */
  perform(job: Job): Promise<Result>;
}

/**
 * Performs jobs on all processors; `onResult` hears of each as it ends, and may end the whole early by answering false.
 * Rejects when one of them throws.
 */
export async function runJobs<Job, Result>(
  jobs: readonly Job[],
  { worker, perform }: Crew<Job, Result>,
  onResult: (result: Result) => boolean | undefined,
): Promise<void> {
  const threads = Math.min(availableParallelism(), Math.floor(jobs.length / jobsPerThreadMin));
  const left = [...jobs];
  const hear = (result: Result) => {
    if (onResult(result) === false) left.length = 0;
  };
  if (threads < 2) {
    for (let job = left.shift(); job !== undefined; job = left.shift()) hear(await perform(job));
    return;
  }
  const workers = Array.from({ length: threads }, () => new Worker(worker));
  try {
    await Promise.all(workers.map((one) => keepBusy(one, left, hear)));
  } finally {
    for (const one of workers) await one.terminate();
  }
}

function keepBusy<Job, Result>(worker: Worker, left: Job[], hear: (result: Result) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = () => {
      const job = left.shift();
      if (job) worker.postMessage(job);
      else resolve();
    };
    worker.on('message', (result: Result) => {
      hear(result);
      next();
    });
    worker.on('error', reject);
    next();
  });
}
