import type { AccountState, AppView, NetworkView } from '../../preload/contract/index.ts';
import type { Lifecycle } from '../state/index.ts';
import type { Words } from '../strings/index.ts';

export interface Notice {
  /** Names the event, so that putting it away holds until the next one. */
  readonly key: string;
  readonly tone: 'plain' | 'warn';
  readonly text: string;
  readonly dismissable: boolean;
}

interface NoticeInput {
  readonly lifecycle: Lifecycle;
  readonly app: AppView | null;
  readonly network: NetworkView | null;
  readonly account: AccountState | null;
  readonly dismissed: ReadonlySet<string>;
}

/** The quiet lines above the panes: what goes on now, then what happened and was not put away. */
export function noticeList(words: Words, { lifecycle, app, network, account, dismissed }: NoticeInput): readonly Notice[] {
  const notices: Notice[] = [];
  if (lifecycle !== 'up') {
    const text = words(lifecycle === 'engine-down' ? 'notices.engineDown' : 'notices.bridgeDown');
    notices.push({ key: lifecycle, tone: 'warn', text, dismissable: false });
  } else if (network?.status === 'reconnecting') {
    notices.push({ key: 'reconnecting', tone: 'warn', text: words('network.says.reconnecting'), dismissable: false });
  }
  const storage = app?.storageNotice ?? null;
  if (storage !== null) {
    const kept = storage.keptAt === null ? '' : ` ${words('notices.keptAt', { path: storage.keptAt })}`;
    const text = words(`notices.storage.${storage.code}`) + kept;
    notices.push({ key: `storage-${storage.code}`, tone: 'warn', text, dismissable: storage.code === 'STORAGE_CORRUPT' });
  }
  const last = app?.restarts.at(-1);
  if (last !== undefined) {
    const text = words(last.process === 'engine' ? 'notices.engineRestarted' : 'notices.mediaRestarted');
    notices.push({ key: `restart-${last.process}-${last.atMs}`, tone: 'plain', text, dismissable: true });
  }
  if (account?.kind === 'ready' && account.account.claim === 'disputed') {
    notices.push({ key: 'claim-disputed', tone: 'warn', text: words('notices.claimDisputed'), dismissable: true });
  }
  return notices.filter((notice) => !dismissed.has(notice.key));
}
