import type { CallView, Settings } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';

export interface StatusFacts {
  readonly call: CallView;
  readonly name: string;
  readonly quality: CallView['quality'];
  /** Null before the settings are known. */
  readonly settings: Pick<Settings, 'pushToTalk' | 'pushToTalkKey'> | null;
}

/** The one sentence under the name: what matters most now. Empty if there is nothing to say. */
export function statusWords(words: Words, { call, name, quality, settings }: StatusFacts): string {
  if (call.phase !== 'active' && call.phase !== 'reconnecting') return words(`call.say.${call.phase}`, { name });
  if (call.phase === 'reconnecting') return words('call.say.reconnecting');
  if (call.hold !== 'none') return words(`call.held.${call.hold}`, { name });
  if (settings?.pushToTalk === true) {
    const key = words(`settings.talkKeyShort.${settings.pushToTalkKey}`);
    return call.muted ? words('call.holdToTalk', { key }) : words('call.theyHearYou');
  }
  if (call.muted) return words('call.youAreMuted');
  if (call.remoteMuted) return words('call.theyAreMuted', { name });
  if (call.recording.state === 'on') return words('call.recording.seen', { name });
  if (call.echo) return words('call.echo.say');
  return quality === null ? '' : words(`call.sound.${quality}`);
}
