import type { AppView } from '../../preload/contract/index.ts';
import type { Storage } from '../storage/index.ts';
import type { EngineBoot } from './boot.ts';
import { createValue, type ObservableValue } from './observable.ts';
import { recordingsFolder } from './recordings.ts';

/** What this app is, with what the person should be told about its disk. */
export function createAppPart(boot: EngineBoot, storage: Pick<Storage, 'notice' | 'onNotice'>): ObservableValue<AppView> {
  const app = createValue<AppView>({
    version: boot.version,
    shell: boot.shell,
    profile: boot.profile,
    recordingsFolder: recordingsFolder(boot.profileDir),
    platform: boot.platform,
    restarts: boot.restarts,
    storageNotice: storage.notice(),
  });
  storage.onNotice((storageNotice) => app.set({ ...app.get(), storageNotice }));
  return app;
}
