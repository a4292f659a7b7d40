import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { callerName, currentCall, ringingCall, useUi, waitingCount } from '../state/index.ts';

/** Says the steps of a call politely; its clock is never said. */
export function CallAnnouncer(): ReactNode {
  const { t } = useTranslation();
  const call = useUi((state) => currentCall(state.calls));
  const contacts = useUi((state) => state.contacts);
  const name = call === null ? '' : callerName(call, contacts, t('call.echoName'));
  const [said, setSaid] = useState('');
  const was = useRef(false);
  const phase = call?.phase ?? null;
  useEffect(() => {
    if (phase === null) setSaid(was.current ? t('call.say.ended') : '');
    else setSaid(t(`call.say.${phase}`, { name }));
    was.current = phase !== null;
  }, [phase, name, t]);
  return (
    <output aria-label={t('app.announcements')} className="sr-only">
      {said}
    </output>
  );
}

/** The window's title tells of a ringing call, and of how much waits. */
export function useWindowTitle(): void {
  const { t } = useTranslation();
  const ringing = useUi((state) => ringingCall(state.calls));
  const contacts = useUi((state) => state.contacts);
  const waiting = useUi(waitingCount);
  useEffect(() => {
    const name = t('app.name');
    if (ringing !== null) document.title = t('call.callingYou', { name: callerName(ringing, contacts, t('call.echoName')) });
    else document.title = waiting > 0 ? `(${waiting}) ${name}` : name;
  }, [t, ringing, contacts, waiting]);
}
