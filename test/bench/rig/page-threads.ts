import type { CDPSession, Page } from 'playwright-core';
import { z } from 'zod';
import { allocationsOf, samplingOptions, type Allocations, type ProfileNode } from './allocations.ts';

/** The page's two threads of sound: the audio thread, with the player's worklet, and the worker of the line to the media process. */
export type SoundThread = 'worklet' | 'worker';

export interface PageThreads {
  /** What each allocates meanwhile. */
  allocations(during: () => Promise<void>): Promise<Readonly<Record<SoundThread, Allocations>>>;
}

const nodeSchema: z.ZodType<ProfileNode> = z.lazy(() =>
  z.object({
    callFrame: z.object({ url: z.string(), functionName: z.string(), lineNumber: z.number() }),
    selfSize: z.number(),
    children: z.array(nodeSchema),
  }),
);
const answerSchema = z.object({ id: z.number(), result: z.looseObject({}) });
const stoppedSchema = z.object({ profile: z.object({ head: nodeSchema }) });

/** Attaches to the threads of sound of a page in a call, by DevTools. */
export async function attachToSoundThreads(page: Page): Promise<PageThreads> {
  const session = await page.context().newCDPSession(page);
  const ids = new Map<string, string>();
  session.on('Target.attachedToTarget', ({ targetInfo, sessionId }) => ids.set(targetInfo.type, sessionId));
  // Threads are told of before this is answered. Playwright passes on no messages but the page's, so theirs come packed.
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const threadOf = (thread: SoundThread): ((method: string, params?: object) => Promise<unknown>) => {
    const sessionId = ids.get(thread);
    if (sessionId === undefined) throw new Error(`the page has no ${thread}: it has ${[...ids.keys()].join(', ')}`);
    return callerOf(session, sessionId);
  };
  const worklet = threadOf('worklet');
  const worker = threadOf('worker');
  const stop = async (call: typeof worklet): Promise<Allocations> =>
    allocationsOf(stoppedSchema.parse(await call('HeapProfiler.stopSampling')).profile.head);
  return {
    async allocations(during) {
      await Promise.all([worklet, worker].map((call) => call('HeapProfiler.startSampling', samplingOptions)));
      await during();
      const [ofWorklet, ofWorker] = await Promise.all([stop(worklet), stop(worker)]);
      return { worklet: ofWorklet, worker: ofWorker };
    },
  };
}

function callerOf(session: CDPSession, sessionId: string): (method: string, params?: object) => Promise<unknown> {
  const waiting = new Map<number, (result: unknown) => void>();
  let last = 0;
  session.on('Target.receivedMessageFromTarget', (received) => {
    if (received.sessionId !== sessionId) return;
    const answer = answerSchema.safeParse(JSON.parse(received.message)).data;
    if (answer === undefined) return;
    waiting.get(answer.id)?.(answer.result);
    waiting.delete(answer.id);
  });
  return async (method, params = {}) => {
    last += 1;
    const id = last;
    const answered = new Promise<unknown>((resolve) => waiting.set(id, resolve));
    await session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params }) });
    return answered;
  };
}
