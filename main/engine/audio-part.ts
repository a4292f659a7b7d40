import type { AudioEndpoint } from '../../preload/contract/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { EngineBoot } from './boot.ts';
import type { AudioPart } from './engine.ts';
import type { MediaLink } from './media-link.ts';
import { createValue } from './observable.ts';

export interface AudioPartControl extends AudioPart {
  setEndpoint(url: string): void;
}

/** How the page's sound gets to the media process: a port in Electron, the media process's own socket in the browser shell. */
export function createAudioPart(shell: EngineBoot['shell'], media: MediaLink): AudioPartControl {
  const url = createValue<string | null>(null);
  return {
    setEndpoint: (next) => url.set(next),
    async endpoint(): Promise<AudioEndpoint> {
      if (shell === 'electron') return { kind: 'port' };
      if (shell === 'headless') throw new AppError('MEDIA_UNAVAILABLE', 'this shell has no page');
      for await (const known of url.watch(undefined)) if (known !== null) return { kind: 'socket', url: known };
      throw new AppError('MEDIA_UNAVAILABLE', 'the media process has no socket');
    },
    useFiles: (files) => media.useFiles(files),
  };
}
