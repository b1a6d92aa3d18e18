import { describe, expect, test } from 'vitest';
import { mayConnect, mayPublish, maySubscribe, type Principal } from './access-control.ts';

const own = 'lw1/gb/gb-7k3m9x2p';
const foreign = 'lw1/gb/gb-aaaaaaaa';
const locker: Principal = { role: 'locker', locker: 'gb-7k3m9x2p' };
const operator: Principal = { role: 'operator', user: 'operator:ann' };
const server: Principal = { role: 'server', user: 'server' };

describe('connecting', () => {
  const will = (topic: string, more = {}) => ({ topic, qos: 1, retain: false, ...more });
  test.each([
    [locker, { clientId: 'gb-7k3m9x2p' }, true],
    [locker, { clientId: 'gb-7k3m9x2p', will: will(`${own}/up/will`) }, true],
    [locker, { clientId: 'gb-7k3m9x2p', clean: false }, false],
    [locker, { clientId: 'gb-aaaaaaaa' }, false],
    [locker, { clientId: '' }, false],
    [locker, { clientId: 'gb-7k3m9x2p', will: will(`${own}/up/events`) }, false],
    [locker, { clientId: 'gb-7k3m9x2p', will: will(`${foreign}/up/will`) }, false],
    [locker, { clientId: 'gb-7k3m9x2p', will: will(`${own}/up/will`, { retain: true }) }, false],
    [operator, { clientId: '' }, true],
    [operator, { clientId: 'operator:ann' }, true],
    [operator, { clientId: 'operator:ann:desk' }, true],
    [operator, { clientId: 'operator:anna' }, false],
    [operator, { clientId: 'gb-7k3m9x2p' }, false],
    [operator, { clientId: '', will: will(`${own}/ops/status`) }, false],
    [server, { clientId: 'server:1' }, true],
  ])('%j with %j: %s', (principal, wish, allowed) => {
    expect(mayConnect(principal, { clean: true, will: undefined, ...wish })).toBe(allowed);
  });
});

describe('publishing', () => {
  test.each([
    [locker, `${own}/up/hello`, {}, true],
    [locker, `${own}/up/events`, {}, true],
    [locker, `${own}/up/events`, { retain: true }, false],
    [locker, `${own}/up/events`, { qos: 2 }, false],
    [locker, `${own}/up/nonsense`, {}, false],
    [locker, `${own}/down/want`, {}, false],
    [locker, `${own}/ops/status`, {}, false],
    [locker, `${foreign}/up/hello`, {}, false],
    [locker, 'lw1/in/gb-7k3m9x2p/up/hello', {}, false],
    [locker, '$SYS/x', {}, false],
    [operator, `${own}/ops/request`, {}, false],
    [operator, `${own}/down/command`, {}, false],
    [server, `${own}/down/want`, {}, true],
    [server, `${own}/down/want`, { retain: true }, false],
    [server, `${own}/ops/status`, { retain: true }, true],
    [server, `${own}/ops/alarm`, { retain: true }, false],
    [server, '$SYS/x', {}, false],
  ])('%j to %s %j: %s', (principal, topic, more, allowed) => {
    expect(mayPublish(principal, { topic, qos: 1, retain: false, ...more })).toBe(allowed);
  });
});

describe('subscribing', () => {
  test.each([
    [locker, `${own}/down/want`, true],
    [locker, `${own}/down/plan`, true],
    [locker, `${own}/up/hello`, false],
    [locker, `${own}/down/+`, false],
    [locker, `${own}/down/#`, false],
    [locker, `${own}/#`, false],
    [locker, '#', false],
    [locker, `${foreign}/down/want`, false],
    [locker, `$share/g/${own}/down/want`, false],
    [operator, 'lw1/+/+/ops/status', true],
    [operator, 'lw1/gb/+/ops/#', true],
    [operator, `${own}/ops/alarm`, true],
    [operator, `${own}/ops/request`, false],
    [operator, 'lw1/+/+/up/events', false],
    [operator, 'lw1/+/+/+/status', false],
    [operator, 'lw1/#', false],
    [operator, '#', false],
    [operator, '$SYS/#', false],
    [server, 'lw1/+/+/up/+', true],
    [server, '#', false],
    [server, '$share/g/lw1/+/+/up/+', false],
    [server, '$SYS/#', false],
  ])('%j to %s: %s', (principal, filter, allowed) => {
    expect(maySubscribe(principal, filter)).toBe(allowed);
  });
});
