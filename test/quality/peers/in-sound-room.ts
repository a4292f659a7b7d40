import { openSoundRoom, type SoundRoom } from '../rig/sound-room.ts';
import type { Peers, Place } from './peers.ts';

/** Programs that use real sound cards: speech is played into their microphones, and one tape hears all. */
export async function inSoundRoom(
  { dir, voices }: Place,
  start: (room: SoundRoom) => Promise<Omit<Peers, 'record'>>,
): Promise<Peers> {
  const room = await openSoundRoom(dir);
  try {
    const peers = await start(room);
    return {
      ...peers,
      call() {
        room.speak(voices);
        return peers.call();
      },
      record: () => room.record(),
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
