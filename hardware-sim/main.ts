import { parseMainOptions, USAGE } from './main-options.ts';
import { startCabinet } from './start-cabinet.ts';

const log = (message: string) => process.stderr.write(`hardware-sim: ${message}\n`);

const parsed = parseMainOptions(process.argv.slice(2));
if (!parsed.ok) {
  log(`${parsed.reason}\n${USAGE}`);
  process.exit(2);
}
try {
  const cabinet = await startCabinet({ ...parsed.options, log });
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    cabinet.stop().then(() => process.exit(0), failed);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  const { panel, lockLine, lockLines, scannerLine, relays } = cabinet;
  process.stdout.write(
    `${JSON.stringify({ ready: 'cabinet', panel, lockLine, lockLines, scannerLine, relays })}\n`,
  );
} catch (error) {
  failed(error);
}

function failed(error: unknown) {
  log(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
