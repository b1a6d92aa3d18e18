import { buildPages } from './scripts/pages.ts';

/** Tests in a browser open the pages as they are built; those whose sources changed are built anew first. */
export default async function providePages(): Promise<void> {
  await buildPages();
}
