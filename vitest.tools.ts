import type { TestProject } from 'vitest/node';
import { findTools, type Tools } from './scripts/tools.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** For `describe.skipIf(!inject('tools').socat)`. */
    tools: Tools;
  }
}

export default function provideTools(project: TestProject): void {
  project.provide('tools', findTools());
}
