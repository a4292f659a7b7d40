import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useRef, type ReactNode, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './icon-button.tsx';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly initialFocus?: RefObject<HTMLElement | null>;
}

/** A dialog over the panes. It keeps the focus inside, gives it back, and closes with Esc. */
export function Dialog({ title, onClose, children, initialFocus }: DialogProps): ReactNode {
  const { t } = useTranslation();
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-x-0 top-(--titlebar) bottom-0 z-(--z-dialog) bg-[var(--scrim)]" />
        <Base.Popup
          ref={popup}
          // Not the Close button: its tooltip would take the first Esc.
          initialFocus={initialFocus ?? popup}
          className="fixed inset-x-0 top-(--titlebar) bottom-0 z-(--z-dialog) m-auto grid h-fit max-h-[calc(100%-40px)] w-[min(100%-24px,468px)] gap-4 overflow-y-auto rounded-r4 bg-raised p-6 text-ink [--cutbg:var(--raised)] [box-shadow:var(--e-3),0_0_0_1px_var(--line)] animate-rise"
        >
          <div className="flex items-center gap-2">
            <Base.Title className="t-title flex-1">{title}</Base.Title>
            <IconButton icon={X} label={t('app.close')} keys="Esc" onClick={onClose} />
          </div>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
