import type { ServerResponse } from 'node:http';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { refusals } from '../answers.ts';
import type { HttpParts } from '../http-parts.ts';
import { liveFeed } from '../ops/live-feed.ts';
import { sendProblem } from '../problems.ts';

const readersMax = 50;
/** Keeps what is in between from closing a quiet line. */
const heartbeatMs = 15_000;
/** A reader that lets more than this pile up is cut off: it connects again and loads anew. */
const unreadBytesMax = 256 * 1024;
/** Asked of the browser before it connects again. */
const retryMs = 2_000;

/** `GET /v1/ops/live`: what changes, as server-sent events (HTML standard, section 9.2). */
export function liveRoute(parts: HttpParts): FastifyPluginAsyncZod {
  return async (app) => {
    const feed = liveFeed(parts);
    const open = new Set<ServerResponse>();
    // Counted before anything is waited for, or all that come meanwhile would get in.
    let readers = 0;
    // Before the server closes, which waits for its connections.
    app.addHook('preClose', async () => {
      for (const response of open) response.end();
      await feed.stop();
    });

    app.get('/v1/ops/live', {
      // It would be answered with a stream that its asker cannot read, and hold a place.
      exposeHeadRoute: false,
      schema: {
        tags: ['ops'],
        summary: 'What changes, as server-sent events: event, locker, alarm, notification, missed',
        response: { 200: { content: { 'text/event-stream': { schema: z.string() } } }, ...refusals },
      },
      async handler(request, reply) {
        if (readers >= readersMax) return sendProblem(reply, 'busy');
        const response = reply.raw;
        let isOpen = false;
        readers += 1;
        const subscribing = feed.subscribe((message) => {
          if (isOpen) write(response, `event: ${message.name}\ndata: ${JSON.stringify(message.data)}\n\n`);
        });
        subscribing.catch(() => {
          readers -= 1;
        });
        const unsubscribe = await subscribing;
        reply.hijack();
        for (const [name, value] of Object.entries(reply.getHeaders()))
          if (value !== undefined) response.setHeader(name, value);
        response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
        isOpen = true;
        open.add(response);
        const stopBeating = beat(response, parts.clock);
        const end = () => {
          if (!open.delete(response)) return;
          readers -= 1;
          stopBeating();
          unsubscribe();
        };
        request.raw.once('close', end);
        if (request.raw.destroyed) end();
        return reply;
      },
    });
  };
}

function write(response: ServerResponse, text: string): void {
  response.write(text);
  if (response.writableLength > unreadBytesMax) response.destroy();
}

/** Returns how to stop. */
function beat(response: ServerResponse, clock: Clock): () => void {
  let cancel = () => {};
  const again = () => {
    write(response, ': still here\n\n');
    cancel = clock.after(heartbeatMs, again);
  };
  write(response, `retry: ${retryMs}\n\n`);
  again();
  return () => cancel();
}
