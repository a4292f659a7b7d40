import { CircleAlert, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useUi } from '../state/index.ts';
import { Button, IconButton } from '../ui/index.ts';

/** Short notices below the header: never over the newest message or the call controls. */
export function Toaster(): ReactNode {
  const { t } = useTranslation();
  const { notify } = useSession();
  const toasts = useUi((state) => state.toasts);
  return (
    <div className="pointer-events-none absolute inset-x-0 top-[calc(max(var(--header),3.5rem)+12px)] z-(--z-toast) grid justify-items-center gap-2">
      {(['plain', 'error'] as const).map((tone) => (
        <div key={tone} aria-live={tone === 'error' ? 'assertive' : 'polite'} className="contents">
          {toasts
            .filter((toast) => toast.tone === tone)
            .map((toast) => (
              <div
                key={toast.id}
                data-toast
                className="pointer-events-auto flex w-[min(100%-24px,480px)] animate-rise items-center gap-3 rounded-r3 bg-raised py-2.5 ps-3.5 pe-2.5 text-ink [box-shadow:var(--e-2),0_0_0_1px_var(--line)]"
              >
                {tone === 'error' ? (
                  <CircleAlert size={19} strokeWidth={1.75} aria-hidden="true" className="flex-none text-danger-ink" />
                ) : null}
                <p className="min-w-0 flex-1 break-words">{toast.text}</p>
                {toast.action === null ? null : (
                  <Button
                    kind="quiet"
                    onClick={() => {
                      toast.action?.run();
                      notify.dismiss(toast.id);
                    }}
                  >
                    {t(`app.toast.${toast.action.kind}`)}
                  </Button>
                )}
                <IconButton icon={X} label={t('app.dismiss')} onClick={() => notify.dismiss(toast.id)} />
              </div>
            ))}
        </div>
      ))}
    </div>
  );
}
