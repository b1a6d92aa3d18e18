import { beforeAll, describe, expect, it } from 'vitest';
import { newIdentity, testAuthority } from '../../contracts/test-authority.ts';
import { uplinkContract, uplinkLog } from '../../contracts/uplink.contract.ts';
import { realClock } from '../clock/real-clock.ts';
import { mqttUplink, type TlsIdentity } from './mqtt-uplink.ts';
import { type BrokerTls, locker, testBroker } from './testing.ts';

type Authority = Awaited<ReturnType<typeof testAuthority>>;
let own: Authority;
let strange: Authority;
let identity: TlsIdentity;
beforeAll(async () => {
  [own, strange] = await Promise.all([testAuthority(), testAuthority()]);
  identity = await newIdentity(own, locker);
});

const brokerOf = async (
  authority: Authority,
  ...how: Parameters<Authority['broker']>
): Promise<BrokerTls> => ({
  ...(await authority.broker(...how)),
  // Takes every locker of ours: what is tried is what the locker takes for its broker.
  authority: own.authority,
});
const uplinkTo = (url: string, as: TlsIdentity) =>
  mqttUplink({ url, locker, password: 'right', identity: () => as, clock: realClock() });

describe.each(['mqtts', 'wss'] as const)('over %s', (transport) => {
  uplinkContract(`MQTT over ${transport}`, async () => {
    const broker = await testBroker(transport, await brokerOf(own));
    const uplink = uplinkTo(broker.url, identity);
    return {
      uplink,
      received: broker.received,
      deliver: broker.deliver,
      setReachable: broker.setReachable,
      dispose: async () => {
        await uplink.disconnect();
        await broker.close();
      },
    };
  });

  const verdict = async (tls: BrokerTls, as: TlsIdentity) => {
    const broker = await testBroker(transport, tls);
    const uplink = uplinkTo(broker.url, as);
    const log = uplinkLog();
    uplink.connect(log.listener, new Uint8Array([1]));
    const said = await log.next();
    await uplink.disconnect();
    await broker.close();
    return said === 'up' ? 'up' : log.reason();
  };

  it('takes no broker that somebody else vouches for', async () => {
    expect(await verdict(await brokerOf(strange), identity)).toMatch(/verify|issuer|signature/i);
  });

  it('takes no broker of another address, and no locker for a broker', async () => {
    expect(await verdict(await brokerOf(own, '127.0.0.2'), identity)).toContain('127.0.0.1');
    const asLocker = await brokerOf(own, '127.0.0.1', 'clientAuth');
    expect(await verdict(asLocker, identity)).toMatch(/purpose/i);
  });

  it('trusts the authorities of this machine where none is named, and they do not know ours', async () => {
    const said = await verdict(await brokerOf(own), { ...identity, authority: undefined });
    expect(said).toContain('self-signed certificate');
  });

  it('is down with a certificate that the broker does not take', async () => {
    const stranger = await newIdentity(strange, locker);
    expect(await verdict(await brokerOf(own), { ...stranger, authority: own.authority })).not.toBe('up');
    expect(await verdict(await brokerOf(own), identity)).toBe('up');
  });
});
