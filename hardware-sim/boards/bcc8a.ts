import {
  type Bcc8aRequest,
  encodeAll,
  encodeChange,
  encodeOpenedAll,
  encodeStatus,
  requestAt,
} from './bcc8a-codec.ts';
import type { Bcc8aConfig } from './board-config.ts';
import { type BoardBody, createTalker, energiseAll, type Talker } from './talker.ts';

const MS_PER_SECOND = 1000;

/** A board of the 8A family, with the firmware that its configuration names. */
export function bcc8aTalker(config: Bcc8aConfig, body: BoardBody): Talker {
  const status = (header: 0x80 | 0x8a, channel: number) =>
    encodeStatus({ header, address: body.says(), channel, shorted: body.contactShorted(channel) });

  const openOne = (channel: number, seconds: number | null) => {
    const durationMs = seconds === null ? config.pulseMs : seconds * MS_PER_SECOND;
    body.energise(channel, durationMs);
    if (config.unlockReply === 'silent') return;
    const header = config.unlockReply === 'header80' ? 0x80 : 0x8a;
    const replyAfterMs = config.unlockReplyAt === 'pulseStart' ? 0 : durationMs;
    body.later(replyAfterMs, () => body.send(status(header, channel)));
  };

  const openAll = () => {
    energiseAll(body, config);
    if (config.unlockReply !== 'silent') body.send(encodeOpenedAll(body.says()));
  };

  const readAll = () => {
    const shorted = Array.from({ length: config.channels }, (_, index) => body.contactShorted(index + 1));
    const statusBytes = config.statusBytes ?? Math.ceil(config.channels / 8);
    body.send(encodeAll({ address: body.says(), shorted, statusBytes, order: config.statusOrder }));
  };

  const answer = (request: Bcc8aRequest) => {
    if (request.address !== body.hears()) return;
    if (request.kind === 'openAll') return openAll();
    if (request.kind === 'readAll') return readAll();
    if (request.channel > config.channels) return;
    if (request.kind === 'openOne') return openOne(request.channel, request.seconds);
    return body.send(status(0x80, request.channel));
  };

  return createTalker({
    requestAt,
    answer,
    changeFrame: (channel) => {
      if (!config.unsolicited) return null;
      const header = config.unsolicited === '81' ? 0x81 : 0x82;
      return encodeChange({ header, address: body.says(), channel, shorted: body.contactShorted(channel) });
    },
  });
}
