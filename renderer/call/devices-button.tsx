import { Popover } from '@base-ui/react/popover';
import { useRef, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallView } from '../../preload/contract/index.ts';
import { DeviceFields, VolumeField } from '../devices/index.ts';
import { useSession, useUi } from '../state/index.ts';

/** Microphone, speaker, and how loud the other is heard during a call. */
export function DevicesButton({ call, trigger }: { call: CallView; trigger: ReactElement }): ReactNode {
  const { t } = useTranslation();
  const { go } = useSession();
  const person = useUi((state) => state.contacts.get(call.accountKey));
  const open = useUi((state) => state.devicesOpen);
  const byButton = useRef(false);
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        if (next) byButton.current = true;
        go.devices(next);
      }}
      onOpenChangeComplete={(now) => {
        if (!now) byButton.current = false;
      }}
    >
      <Popover.Trigger render={trigger} />
      <Popover.Portal>
        <Popover.Positioner sideOffset={8} side="top" className="z-(--z-popover)">
          <Popover.Popup
            aria-label={t('call.devices')}
            finalFocus={(closedBy) => byButton.current || closedBy !== 'keyboard' || backToStage()}
            className="grid max-h-(--available-height) w-[min(92vw,22.5rem)] grid-cols-[minmax(0,1fr)] gap-4 overflow-y-auto rounded-r3 bg-raised p-4 text-ink [box-shadow:var(--e-2),0_0_0_1px_var(--line)] outline-none"
          >
            <DeviceFields />
            {person === undefined ? null : <VolumeField person={person} />}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** Opened and closed by keys, they give the focus back to the stage, where its keys work. False: nobody else need move it. */
function backToStage(): false {
  document.querySelector<HTMLElement>('[data-stage]')?.focus();
  return false;
}
