import { Phone } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { callerName, ringingCall, useSession, useUi } from '../state/index.ts';
import { Avatar, Button, CheckedMark, Cut, Tip, VoiceRing } from '../ui/index.ts';
import { useMovingStrings } from './use-moving-strings.ts';

/** Somebody calls. Announced at once, above everything, and never takes the focus or keystrokes. */
export function IncomingCard(): ReactNode {
  const { t } = useTranslation();
  const { calls } = useSession();
  const call = useUi((state) => ringingCall(state.calls));
  const contacts = useUi((state) => state.contacts);
  const moving = useMovingStrings();
  const name = call === null ? '' : callerName(call, contacts, t('call.echoName'));
  return (
    <div aria-live="assertive" className="pointer-events-none absolute inset-x-0 top-[18px] z-(--z-incoming) flex justify-center">
      {call === null ? null : (
        <section
          aria-label={t('call.callingYou', { name })}
          data-incoming
          className="on-stage pointer-events-auto w-[min(100%-24px,440px)] animate-rise rounded-[20px] px-5 pt-5 pb-4 shadow-e3"
        >
          <div className="flex items-center gap-4">
            <div className="ms-2 me-1 flex-none">
              <VoiceRing speaks={always} moving={moving} small>
                <Avatar accountKey={call.accountKey} name={name} size={64} />
              </VoiceRing>
            </div>
            <div className="min-w-0 flex-1">
              <div className="flex min-w-0 items-center gap-1.5">
                <Cut text={name} className="t-title min-w-0" />
                <CheckedMark accountKey={call.accountKey} className="text-on-stage" />
              </div>
              <p className="text-on-stage-2">{t('call.isCalling')}</p>
            </div>
          </div>
          <div className="mt-[18px] flex flex-wrap gap-2">
            <Tip label={t('call.answer')} keys="Ctrl Shift A">
              <Button kind="answer" big icon={Phone} className="flex-[1.3]" onClick={() => void calls.answer(call)}>
                {t('call.answer')}
              </Button>
            </Tip>
            <Tip label={t('call.decline')} keys="Ctrl Shift X">
              <Button kind="hangup" big className="flex-1" onClick={() => void calls.decline(call)}>
                {t('call.decline')}
              </Button>
            </Tip>
          </div>
        </section>
      )}
    </div>
  );
}

/** A ring that calls. */
const always = () => true;
