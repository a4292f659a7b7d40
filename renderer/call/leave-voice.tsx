import { Mic } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallView } from '../../preload/contract/index.ts';
import { useSession } from '../state/index.ts';
import { Button } from '../ui/index.ts';

/** After a call that nobody answered: to their conversation, where a voice message is being recorded. */
export function LeaveVoice({ call, big = false }: { call: CallView; big?: boolean }): ReactNode {
  const { t } = useTranslation();
  const { go, calls, recorder } = useSession();
  const leave = () => {
    go.conversation(call.accountKey);
    recorder.begin(call.accountKey, null, false);
    void calls.dismiss(call);
  };
  return (
    <Button kind={big ? 'secondary' : 'quiet'} big={big} icon={Mic} onClick={leave}>
      {t('voice.leave')}
    </Button>
  );
}
