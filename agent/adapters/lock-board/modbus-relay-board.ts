import { z } from 'zod';
import { PULSE_MS_MAX } from '../doors/power-limits.ts';
import { STATUS_TIMEOUT_MS } from './bus-ready.ts';
import { bitsOf, mapReply } from './find-reply.ts';
import {
  encodeAllOff,
  encodePulse,
  encodeReadInputs,
  encodeReadRelays,
  findReadReply,
  findWriteReply,
  PULSE_STEP_MS,
} from './modbus-frames.ts';
import { OPEN_TIMEOUT_MS } from './serial-bus.ts';
import { type SerialProfile, serialFields } from './serial-profile.ts';

/** Waveshare's largest has 32 relays; addresses as Modbus allows. */
const limits = { addressMin: 1, addressMax: 247, channelsMax: 32 };
const INPUTS_MAX = 32;

/**
 * A Waveshare Modbus-RTU relay board, with or without digital inputs. The inputs are read with every
 * status: input 1 is taken for the feedback of channel 1 and so on, unless `feedback` is `none`, and all
 * of them can be wired to anything else.
 */
export const ModbusRelayEntry = z.strictObject({
  ...serialFields('modbus-relay', limits),
  channels: z.int().min(1).max(limits.channelsMax),
  inputs: z.int().min(0).max(INPUTS_MAX).default(0),
});
type ModbusRelayEntry = z.infer<typeof ModbusRelayEntry>;

export const modbusRelay: SerialProfile<ModbusRelayEntry> = {
  profile: 'modbus-relay',
  entry: ModbusRelayEntry,
  baudRate: 9_600,
  limits,
  // The smallest board has eight; one without inputs refuses, which tells that it is there too.
  probeFields: { channels: 8, inputs: 8 },
  echoProbe: (address) => {
    const bytes = encodeReadRelays(address, 1);
    return { bytes, findReply: findReadReply(bytes) };
  },
  language: ({ address, channels, inputs }) => {
    const allOff = write(encodeAllOff(address), STATUS_TIMEOUT_MS);
    // Without inputs there is still to be known whether the board is alive.
    const read = inputs > 0 ? encodeReadInputs(address, inputs) : encodeReadRelays(address, channels);
    return {
      inputs,
      feedbackChannels: inputs,
      pulseMsMin: PULSE_STEP_MS,
      status: {
        bytes: read,
        timeoutMs: STATUS_TIMEOUT_MS,
        replyDue: true,
        findReply: mapReply(findReadReply(read), (bytes) => {
          const bits = bitsOf(bytes, inputs);
          return { doors: bits, inputs: bits };
        }),
      },
      // The board ends the pulse itself, so that it ends although the agent may not live that long.
      open: (channel, pulseMs) => {
        // Rounded down: a coil is never driven for longer than was asked.
        const steps = Math.floor(Math.min(pulseMs, PULSE_MS_MAX) / PULSE_STEP_MS);
        const { findReply, ...question } = write(encodePulse(address, channel - 1, steps), OPEN_TIMEOUT_MS);
        return { ...question, findReply: mapReply(findReply, () => 'driven' as const) };
      },
      atContact: { ...allOff, again: false },
      atClose: allOff,
    };
  },
};

function write(bytes: Uint8Array, timeoutMs: number) {
  return { bytes, timeoutMs, replyDue: true, findReply: findWriteReply(bytes) };
}
