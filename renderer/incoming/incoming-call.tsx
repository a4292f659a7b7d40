import { BellOff, MessageSquare, Phone, ShieldCheck } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { IncomingAct, IncomingCaller } from '../../preload/contract/index.ts';
import { Button, Cut, Face, IconButton, VoiceRing } from '../ui/index.ts';

/** UI.md, incoming window: who rings, and what can be done about it; the rest of the screen stays with what the person was doing. */
export function IncomingCall({ caller, onAct }: { caller: IncomingCaller; onAct: (act: IncomingAct) => void }): ReactNode {
  const { name, accountKey, isChecked, picture, isMoving, words } = caller;
  const [isSilent, setSilent] = useState(false);
  return (
    <main
      aria-label={words.label}
      data-incoming
      className="on-stage flex h-full min-h-0 flex-col overflow-x-hidden overflow-y-auto"
    >
      <div className="drag flex flex-none items-center gap-2 ps-3.5 pe-1.5 pt-1.5">
        <span className="t-small flex-1 text-on-stage-2">{words.title}</span>
        <span className="no-drag">
          <IconButton
            stage
            icon={BellOff}
            size={16}
            label={words.silence}
            aria-pressed={isSilent}
            disabled={isSilent}
            onClick={() => {
              setSilent(true);
              onAct('silence');
            }}
          />
        </span>
      </div>
      <div className="my-auto grid grid-cols-1 gap-4 px-[18px] pb-4">
        <div className="flex items-center gap-4" aria-live="assertive">
          <div className="ms-2 me-1 flex-none">
            <VoiceRing speaks={always} moving={isMoving} small>
              <Face accountKey={accountKey} name={name} size={64} picture={picture} />
            </VoiceRing>
          </div>
          <div className="min-w-0 flex-1">
            <h1 className="flex min-w-0 items-center gap-1.5">
              <Cut text={name} className="t-title min-w-0" />
              {isChecked ? (
                <span title={words.checked} className="inline-flex flex-none">
                  <ShieldCheck size={14} strokeWidth={2} aria-hidden="true" />
                  <span className="sr-only">{words.checked}</span>
                </span>
              ) : null}
            </h1>
            <p className="text-on-stage-2">{words.isCalling}</p>
          </div>
        </div>
        <div className="flex gap-2">
          <Button kind="answer" big icon={Phone} className="min-w-0 flex-[1.2]" onClick={() => onAct('answer')}>
            <span className="cut">{words.answer}</span>
          </Button>
          <Button kind="hangup" big className="min-w-0 flex-1" onClick={() => onAct('decline')}>
            <span className="cut">{words.decline}</span>
          </Button>
          <Button
            kind="stage"
            big
            className="flex-none px-3.5!"
            aria-label={words.write}
            title={words.write}
            onClick={() => onAct('write')}
          >
            <MessageSquare size={19} strokeWidth={1.75} aria-hidden="true" />
          </Button>
        </div>
      </div>
    </main>
  );
}

/** A ring that calls. */
const always = () => true;
