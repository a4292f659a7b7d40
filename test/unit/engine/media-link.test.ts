import { expect, it } from 'vitest';
import { createMediaLink, type ConnectedMedia } from '../../../main/engine/media-link.ts';
import { silentLogger } from '../../../main/ports/logger.ts';

/** A media process that notes what it is told about noise, and answers when the test says. */
function createMedia() {
  const asked: boolean[] = [];
  const answers: PromiseWithResolvers<void>[] = [];
  const nothing = (): void => undefined;
  const media: ConnectedMedia = {
    open: nothing,
    setServers: nothing,
    setOverlayPath: nothing,
    setAnswer: nothing,
    addCandidate: nothing,
    restart: nothing,
    startAudio: nothing,
    setMuted: nothing,
    setHeld: nothing,
    setVolume: nothing,
    startRecording: nothing,
    stopRecording: nothing,
    close: nothing,
    abandon: nothing,
    setGain: nothing,
    setProxy: nothing,
    useFiles: () => Promise.resolve(),
    checkNetwork: () => Promise.resolve(),
    onEvent: () => nothing,
    suppressNoise(on) {
      asked.push(on);
      const answer = Promise.withResolvers<void>();
      answers.push(answer);
      return answer.promise;
    },
  };
  return { media, asked, answers };
}

it('who changes their mind before the noise suppression answers gets what they wanted last', async () => {
  const link = createMediaLink(silentLogger);
  const { media, asked, answers } = createMedia();
  link.connect(media);
  const wishes = [link.suppressNoise(true), link.suppressNoise(false)];
  for (const answer of answers) answer.resolve();
  await Promise.all(wishes);
  expect(asked).toEqual([true, false]);
});

it('a noise suppression that does not work may be asked for again, and is not asked of the next media process', async () => {
  const link = createMediaLink(silentLogger);
  const first = createMedia();
  link.connect(first.media);
  const wish = link.suppressNoise(true);
  first.answers[0]?.reject(new Error('no RNNoise'));
  await expect(wish).rejects.toThrow('no RNNoise');
  const next = createMedia();
  link.connect(next.media);
  expect(next.asked).toEqual([]);
  void link.suppressNoise(true);
  expect(next.asked).toEqual([true]);
});
