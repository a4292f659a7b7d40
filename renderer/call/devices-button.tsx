import { Popover } from '@base-ui/react/popover';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallView } from '../../preload/contract/index.ts';
import { DeviceFields } from '../devices/index.ts';
import { displayName, useSession, useUi } from '../state/index.ts';
import { SliderField } from '../ui/index.ts';

/** Microphone, speaker, and how loud the other is heard during a call, with the call's own level. */
export function DevicesButton({
  call,
  trigger,
  listenLocal,
}: {
  call: CallView;
  trigger: ReactElement;
  listenLocal: (sink: (level: number) => void) => () => void;
}): ReactNode {
  const { t } = useTranslation();
  const { go, people } = useSession();
  const person = useUi((state) => state.contacts.get(call.accountKey));
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
            {person === undefined ? null : (
              <SliderField
                label={t('call.volumeOf', { name: displayName(person) })}
                value={person.volume}
                min={0}
                max={2}
                step={0.05}
                say={(volume) => t('measure.percent', { n: Math.round(volume * 100) })}
                onSettle={(volume) => void people.setVolume(person, volume)}
              />
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
