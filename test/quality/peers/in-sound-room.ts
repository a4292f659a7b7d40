import { openSoundRoom, type SoundRoom } from '../rig/sound-room.ts';
import type { Peers, Place } from './peers.ts';

/** Pages, which use real sound cards: speech is played into their microphones, and one tape hears all. */
export async function inSoundRoom(
  { dir, voices, chromiumPath }: Place,
  start: (room: SoundRoom, chromiumPath: string) => Promise<Omit<Peers, 'record'>>,
): Promise<Peers> {
  if (chromiumPath === null) throw new Error('no Chromium is installed');
  const room = await openSoundRoom(dir);
  try {
    const peers = await start(room, chromiumPath);
    const { hangUp } = peers;
    return {
      ...peers,
      call() {
        room.speak(voices);
        return peers.call();
      },
      record: () => room.record(),
      hangUp:
        hangUp === null
          ? null
          : async () => {
              await Promise.all([hangUp(), room.hush()]);
            },
      async stop() {
        await peers.stop();
        await room.close();
      },
    };
  } catch (error) {
    await room.close();
    throw error;
  }
}
