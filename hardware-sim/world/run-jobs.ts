import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Job, type JobResult, performJob } from './job.ts';

/** Starting a thread costs as much as several worlds. */
const jobsPerThreadMin = 4;

/** Performs jobs on all processors; `onResult` hears of each as it ends. Rejects when one of them throws. */
export async function runJobs(jobs: readonly Job[], onResult: (result: JobResult) => void): Promise<void> {
  const threads = Math.min(availableParallelism(), Math.floor(jobs.length / jobsPerThreadMin));
  if (threads < 2) {
    for (const job of jobs) onResult(await performJob(job));
    return;
  }
  const left = [...jobs];
  const workers = Array.from({ length: threads }, () => new Worker(new URL('./worker.ts', import.meta.url)));
  try {
    await Promise.all(workers.map((worker) => keepBusy(worker, left, onResult)));
  } finally {
    for (const worker of workers) await worker.terminate();
  }
}

function keepBusy(worker: Worker, left: Job[], onResult: (result: JobResult) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = () => {
      const job = left.shift();
      if (job) worker.postMessage(job);
      else resolve();
    };
    worker.on('message', (result: JobResult) => {
      onResult(result);
      next();
    });
    worker.on('error', reject);
    next();
  });
}
