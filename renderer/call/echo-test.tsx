import { AudioLines } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isOver, useSession, useUi } from '../state/index.ts';
import { Button, Card, Line } from '../ui/index.ts';
import { endSentence } from './end-words.ts';

/** The sound test in place: calls the echo service, says how far it is, and what came of it. */
export function EchoTest(): ReactNode {
  const { t } = useTranslation();
  const { calls } = useSession();
  const [asking, setAsking] = useState(false);
  const echo = useUi((state) => [...state.calls.values()].findLast((call) => call.echo) ?? null);
  const running = echo !== null && !isOver(echo);
  const help =
    echo === null
      ? t('settings.testHelp')
      : running
        ? echo.phase === 'active'
          ? t('call.echo.say')
          : t(`call.say.${echo.phase}`, { name: t('call.echoName') })
        : echo.activeSinceMs === null && echo.reason !== null
          ? endSentence(t, echo.reason, t('call.echoName'))
          : t('call.echo.over');

  return (
    <Card>
      <Line
        title={
          <span className="flex items-center gap-2">
            <AudioLines size={17} strokeWidth={1.75} aria-hidden="true" />
            {t('settings.test')}
          </span>
        }
        help={<output>{help}</output>}
      >
        {running ? (
          <Button kind="danger" onClick={() => void calls.hangUp(echo)}>
            {t('call.echo.stop')}
          </Button>
        ) : (
          <Button
            busy={asking}
            onClick={() => {
              setAsking(true);
              void calls.startEcho(false).finally(() => setAsking(false));
            }}
          >
            {t('call.echo.start')}
          </Button>
        )}
      </Line>
    </Card>
  );
}
