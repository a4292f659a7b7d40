import { Popover } from '@base-ui/react/popover';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { DeviceFields } from '../devices/index.ts';
import { useSession, useUi } from '../state/index.ts';

/** Microphone and speaker during a call, with the call's own level. */
export function DevicesButton({
  trigger,
  listenLocal,
}: {
  trigger: ReactElement;
  listenLocal: (sink: (level: number) => void) => () => void;
}): ReactNode {
  const { t } = useTranslation();
  const { go } = useSession();
  const open = useUi((state) => state.devicesOpen);
  return (
    <Popover.Root open={open} onOpenChange={(next) => go.devices(next)}>
      <Popover.Trigger render={trigger} />
      <Popover.Portal>
        <Popover.Positioner sideOffset={8} side="top" className="z-(--z-popover)">
          <Popover.Popup
            aria-label={t('call.devices')}
            className="grid w-[min(92vw,360px)] gap-4 rounded-r3 bg-raised p-4 text-ink [box-shadow:var(--e-2),0_0_0_1px_var(--line)] outline-none"
          >
            <DeviceFields check={false} callLevel={listenLocal} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
