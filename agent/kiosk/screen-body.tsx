import type { ComponentChildren } from 'preact';
import type { KioskAction } from '../core/input.ts';
import type { KioskView } from '../core/screen.ts';
import { ConfirmOpenScreen, DoorClosedScreen, DoorOpenScreen } from './door-screens.tsx';
import { IdleScreen } from './idle-screen.tsx';
import { CourierReadyScreen, StartingScreen, StuckScreen, ThanksScreen } from './plain-screens.tsx';
import { ServiceLeavingScreen, ServiceScreen } from './service-screens.tsx';
import { UnlockingScreen } from './unlocking-screen.tsx';

interface Props {
  view: KioskView;
  notice: ComponentChildren;
  onAction: (action: KioskAction) => void;
}

export function ScreenBody({ view, notice, onAction }: Props) {
  const { screen, helpNumber } = view;
  const common = { notice, onAction };
  switch (screen.name) {
    case 'starting':
      return <StartingScreen {...common} />;
    case 'idle':
      return <IdleScreen {...common} />;
    case 'courierReady':
      return <CourierReadyScreen screen={screen} {...common} />;
    case 'unlocking':
      return <UnlockingScreen screen={screen} {...common} />;
    case 'confirmOpen':
      return <ConfirmOpenScreen screen={screen} {...common} />;
    case 'doorOpen':
      return <DoorOpenScreen screen={screen} {...common} />;
    case 'doorClosed':
      return <DoorClosedScreen screen={screen} {...common} />;
    case 'stuck':
      return <StuckScreen screen={screen} helpNumber={helpNumber} {...common} />;
    case 'service':
      return <ServiceScreen screen={screen} {...common} />;
    case 'serviceLeaving':
      return <ServiceLeavingScreen screen={screen} {...common} />;
    case 'thanks':
      return <ThanksScreen screen={screen} {...common} />;
  }
}
