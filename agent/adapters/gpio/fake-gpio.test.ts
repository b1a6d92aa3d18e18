import { contractLines, gpioContract } from '../../contracts/gpio.contract.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { type FakeGpio, fakeGpio } from './fake-gpio.ts';

gpioContract('fake', async () => {
  const clock = manualClock();
  let gpio: FakeGpio | undefined;
  return {
    make: (onEdge) => {
      gpio = fakeGpio(contractLines, { clock, onEdge });
      return gpio;
    },
    driven: (output) => gpio?.driven[output] ?? false,
    setLevel: (input, high) => gpio?.setLevel(input, high),
    clock,
    until: clock.until,
    dispose: async () => {},
  };
});
