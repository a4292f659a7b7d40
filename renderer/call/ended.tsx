import { ArrowLeft, X, Phone } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallView } from '../../preload/contract/index.ts';
import { callerName, useSession, useUi } from '../state/index.ts';
import { Avatar, Button, Callout, CheckedMark, Cut, IconButton, Peg, ScrollRegion } from '../ui/index.ts';
import { endAdvice, endSentence, endTitle, isOfNetwork, mayLeaveVoice, pegsOf } from './end-words.ts';
import { LeaveVoice } from './leave-voice.tsx';

/** After a call that needs words: what happened, which step stopped, what to do. */
export function Ended({ call }: { call: CallView }): ReactNode {
  const { t } = useTranslation();
  const { go, calls } = useSession();
  const contacts = useUi((state) => state.contacts);
  const name = callerName(call, contacts, t('call.echoName'));
  const reason = call.reason ?? 'protocol-error';
  const advice = endAdvice(t, reason);
  const pegs = pegsOf(t, call, name);
  const known = contacts.has(call.accountKey) && !call.echo;
  const leave = () => {
    if (known) go.conversation(call.accountKey);
    else go.home();
    void calls.dismiss(call);
  };
  const check = () => {
    go.check();
    void calls.dismiss(call);
  };
  const again = () => {
    void calls.dismiss(call);
    if (call.echo) void calls.startEcho(true);
    else void calls.start(call.accountKey);
  };
  return (
    <>
      <header className="flex min-h-(--header) flex-none items-center gap-3 border-b border-line py-1 ps-5 pe-3 max-pair:px-2">
        <IconButton icon={ArrowLeft} label={t('app.back')} className="pair:hidden rtl:-scale-x-100" onClick={leave} />
        <Avatar accountKey={call.accountKey} name={name} size={38} />
        <div className="t-head flex min-w-0 flex-1 items-center gap-1.5">
          <Cut text={name} className="min-w-0" />
          <CheckedMark accountKey={call.accountKey} />
        </div>
        <IconButton icon={X} label={t('call.doneWith')} keys="Esc" onClick={leave} />
      </header>
      <ScrollRegion label={t('call.say.ended')} className="flex min-h-0 flex-1 p-6">
        <div className="m-auto grid w-full max-w-[540px] gap-5">
          <output className="block">
            <h1 className="t-title break-words text-balance">{endTitle(t, call, name)}</h1>
            <p className="mt-1 text-pretty text-ink-2">{endSentence(t, reason, name)}</p>
          </output>
          {pegs.length === 0 ? null : (
            <ol className="grid">
              {pegs.map((peg) => (
                <Peg key={peg.id} state={peg.state} title={peg.title}>
                  {peg.text}
                </Peg>
              ))}
            </ol>
          )}
          {advice === '' ? null : <Callout tone="plain">{advice}</Callout>}
          <div className="flex flex-wrap gap-2">
            <Button kind="primary" big icon={Phone} onClick={again}>
              {t('call.again')}
            </Button>
            {known ? (
              <Button big onClick={leave}>
                {t('call.write')}
              </Button>
            ) : (
              <Button big onClick={leave}>
                {t('call.doneWith')}
              </Button>
            )}
            {mayLeaveVoice(call) && contacts.get(call.accountKey)?.relation === 'contact' ? <LeaveVoice call={call} big /> : null}
            {isOfNetwork(reason) ? (
              <Button big onClick={check}>
                {t('check.offer')}
              </Button>
            ) : null}
          </div>
        </div>
      </ScrollRegion>
    </>
  );
}
