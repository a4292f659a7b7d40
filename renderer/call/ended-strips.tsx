import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { callerName, needsExplaining, useSession, useUi } from '../state/index.ts';
import { Button, IconButton, Strip } from '../ui/index.ts';
import { endSentence, endTitle, mayLeaveVoice } from './end-words.ts';
import { LeaveVoice } from './leave-voice.tsx';

/** Calls that ended badly while another pane was open: one quiet line each, never a jump away from what somebody does. */
export function EndedStrips(): ReactNode {
  const { t } = useTranslation();
  const { go, calls } = useSession();
  const all = useUi((state) => state.calls);
  const contacts = useUi((state) => state.contacts);
  const view = useUi((state) => state.view);
  const ended = [...all.values()].filter(
    (call) => needsExplaining(call) && !call.echo && !(view.kind === 'call' && view.id === call.id),
  );
  return (
    <output className="block flex-none">
      {ended.map((call) => {
        const name = callerName(call, contacts, t('call.echoName'));
        return (
          <Strip
            key={call.id}
            tone="warn"
            end={
              <>
                {mayLeaveVoice(call) && contacts.get(call.accountKey)?.relation === 'contact' ? <LeaveVoice call={call} /> : null}
                <Button kind="quiet" onClick={() => go.call(call.id)}>
                  {t('call.whatHappened')}
                </Button>
                <IconButton icon={X} label={t('app.dismiss')} onClick={() => void calls.dismiss(call)} />
              </>
            }
          >
            {endTitle(t, call, name)}. {endSentence(t, call.reason ?? 'protocol-error', name)}
          </Strip>
        );
      })}
    </output>
  );
}
