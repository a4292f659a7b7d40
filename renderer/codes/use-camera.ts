import { useEffect, useState, type RefObject } from 'react';
import { codeOn } from './read-code.ts';

/** A reader needs some 50 ms a look; more often only warms the computer. */
const lookEveryMs = 200;

export type CameraState = 'off' | 'starting' | 'looking' | 'denied' | 'none' | 'failed';

/** What a refusal of the browser means for a person (Media Capture and Streams §10.2). */
export function cameraProblem(error: unknown): 'denied' | 'none' | 'failed' {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'none' : 'failed';
}

/** Runs the camera while `on`, shows it in `video`, and tells the first code it sees. Off, or unmounted, its light is out. */
export function useCamera(on: boolean, video: RefObject<HTMLVideoElement | null>, onCode: (text: string) => void): CameraState {
  const [state, setState] = useState<CameraState>('off');
  useEffect(() => {
    if (!on) return undefined;
    let isOver = false;
    let stream: MediaStream | null = null;
    let timer: ReturnType<typeof setInterval> | null = null;
    const stop = (): void => {
      isOver = true;
      if (timer !== null) clearInterval(timer);
      for (const track of stream?.getTracks() ?? []) track.stop();
      if (video.current !== null) video.current.srcObject = null;
    };
    const start = async (): Promise<void> => {
      setState('starting');
      const opened = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
      stream = opened;
      const element = video.current;
      if (isOver || element === null) return stop();
      element.srcObject = opened;
      await element.play();
      setState('looking');
      const canvas = document.createElement('canvas');
      timer = setInterval(() => {
        const { videoWidth: width, videoHeight: height } = element;
        if (width === 0) return;
        const text = codeOn({ source: element, width, height }, canvas);
        if (text === null) return;
        stop();
        onCode(text);
      }, lookEveryMs);
      return undefined;
    };
    start().catch((error: unknown) => {
      if (isOver) return;
      stop();
      setState(cameraProblem(error));
    });
    return () => {
      stop();
      setState('off');
    };
    // oxlint-disable-next-line react/exhaustive-deps -- another listener is no reason to start the camera anew
  }, [on]);
  return state;
}
