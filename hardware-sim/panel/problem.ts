/** Why a request was not done, as RFC 9457 has it; `title` is what a person reads. */
export interface Problem {
  status: 400 | 403 | 404 | 405 | 409 | 413 | 415;
  title: string;
  detail?: string;
}

/** Thrown by what reads a request, caught where the answer is written. */
export class ProblemError extends Error {
  readonly code = 'PROBLEM';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.problem = problem;
  }
}
