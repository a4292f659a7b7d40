import { TriangleAlert } from 'lucide-react';
import { useRef, useState, type MouseEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../state/index.ts';
import { Button, Dialog } from '../ui/index.ts';
import { useChatTools } from './chat-tools.ts';
import type { Link } from './links.ts';
import { Marked } from '../text/index.ts';

const looks = 'break-all text-accent-ink underline decoration-1 underline-offset-2';

/** A link as it was written. One that may lead elsewhere than it looks says so, and asks before it is followed. */
export function MessageLink({ link, looking }: { link: Link; looking: string }): ReactNode {
  const { t } = useTranslation();
  const { go } = useSession();
  const { selection } = useChatTools();
  const [asking, setAsking] = useState(false);
  const text = (
    <bdi dir="ltr">
      <Marked text={link.raw} looking={looking} />
    </bdi>
  );
  const act = (run: () => void) => (event: MouseEvent) => {
    // Ctrl and Shift click choose messages, and any click does while some are chosen; that is the bubble's.
    if (event.ctrlKey || event.metaKey || event.shiftKey || selection.anchor !== null) return event.preventDefault();
    event.stopPropagation();
    return run();
  };
  if (link.kind === 'invitation') {
    return (
      <button type="button" className={looks} onClick={act(() => go.dialog({ kind: 'add', name: link.href }))}>
        {text}
      </button>
    );
  }
  if (link.doubts.length === 0) {
    return (
      <a
        className={looks}
        href={link.href}
        target="_blank"
        rel="noopener noreferrer"
        title={link.href}
        onClick={act(() => undefined)}
      >
        {text}
      </a>
    );
  }
  // No address in it: there is no way round the question, not with the middle button either.
  return (
    <>
      <button
        type="button"
        className={looks}
        aria-label={t('messages.link.doubtful', { text: link.raw, host: link.host })}
        onClick={act(() => setAsking(true))}
      >
        <TriangleAlert size={14} strokeWidth={2} aria-hidden="true" className="me-1 inline-block align-[-2px] text-warn-ink" />
        {text}
      </button>
      {asking ? <AskFirst link={link} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

/** Names the true host, and why the question is asked. */
function AskFirst({ link, onClose }: { link: Link; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const cancel = useRef<HTMLButtonElement>(null);
  return (
    <Dialog title={t('messages.link.title')} onClose={onClose} initialFocus={cancel}>
      <div className="grid gap-3">
        <p>{t(link.kind === 'mail' ? 'messages.link.writesTo' : 'messages.link.leadsTo')}</p>
        <p dir="ltr" className="t-head rounded-r2 bg-sunken px-3 py-2 break-all">
          {link.host}
        </p>
        <ul className="grid gap-1.5">
          {link.doubts.map((doubt) => (
            <li key={doubt} className="flex gap-2">
              <TriangleAlert size={16} strokeWidth={1.75} aria-hidden="true" className="mt-0.5 flex-none text-warn-ink" />
              <span className="min-w-0 text-pretty">{t(`messages.link.doubt.${doubt}`)}</span>
            </li>
          ))}
        </ul>
        <p dir="ltr" className="t-small thin-scroll max-h-24 overflow-auto break-all text-ink-2">
          {link.href}
        </p>
      </div>
      <div className="flex flex-wrap justify-end gap-2">
        <button
          ref={cancel}
          type="button"
          onClick={onClose}
          className="min-h-[34px] rounded-r2 bg-accent px-[13px] py-1 font-[550] text-on-accent hover:bg-accent-hover"
        >
          {t('app.cancel')}
        </button>
        <Button
          onClick={() => {
            onClose();
            window.open(link.href, '_blank', 'noopener,noreferrer');
          }}
        >
          {t('messages.link.open')}
        </Button>
      </div>
    </Dialog>
  );
}
