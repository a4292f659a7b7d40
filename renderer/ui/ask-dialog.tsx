import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';

interface AskDialogProps {
  readonly open: boolean;
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly danger?: boolean;
  /** It can't be confirmed yet. */
  readonly held?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}

/** Asks before something that is hard, or impossible, to undo. */
export function AskDialog({
  open,
  title,
  text,
  confirm,
  danger = false,
  held = false,
  onConfirm,
  onClose,
  children,
}: AskDialogProps): ReactNode {
  const { t } = useTranslation();
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-x-0 top-(--titlebar) bottom-0 z-(--z-dialog) bg-[var(--scrim)]" />
        <AlertDialog.Popup className="fixed inset-0 z-(--z-dialog) m-auto grid h-fit max-h-[calc(100%-40px)] w-[min(100%-24px,420px)] gap-4 overflow-y-auto rounded-r4 bg-raised p-6 text-ink [box-shadow:var(--e-3),0_0_0_1px_var(--line)]">
          <AlertDialog.Title className="t-title break-words">{title}</AlertDialog.Title>
          <AlertDialog.Description className="text-pretty text-ink-2">{text}</AlertDialog.Description>
          {children}
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={onClose}>{t('app.cancel')}</Button>
            <Button kind={danger ? 'danger' : 'primary'} disabled={held} onClick={onConfirm}>
              {confirm}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
