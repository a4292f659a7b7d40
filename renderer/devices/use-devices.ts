import { useEffect, useState } from 'react';
import { useSession, type AudioDevices } from '../state/index.ts';

const none: AudioDevices = { microphones: [], speakers: [] };

/** The sound devices of this computer, again whenever one comes or goes, or when `renew` changes (permission was given). */
export function useDevices(renew: unknown = null): AudioDevices {
  const { audio } = useSession();
  const [devices, setDevices] = useState(none);
  useEffect(() => {
    let wanted = true;
    const read = () =>
      void audio.listDevices().then(
        (found) => (wanted ? setDevices(found) : undefined),
        () => undefined, // no devices to choose from: the system's choice stays
      );
    read();
    const stop = audio.onDevicesChanged(read);
    return () => {
      wanted = false;
      stop();
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- `renew` says when to read again
  }, [audio, renew]);
  return devices;
}
