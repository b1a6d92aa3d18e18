import { join } from 'node:path';
import { defineConfig } from 'vite';

const page = (name: string) => join(import.meta.dirname, `${name}.html`);

export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    rollupOptions: { input: [page('index'), page('book'), page('parcel'), page('ops')] },
  },
});
