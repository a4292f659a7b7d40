import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../e2e/rig/chromium.ts';
import type { End } from '../rig/homes.ts';
import type { SoundRoom } from '../rig/sound-room.ts';
import { inSoundRoom } from './in-sound-room.ts';
import { bothEnds, type OwnAccount, type Peers, type Place } from './peers.ts';

/** A secure context without a server. */
const address = 'https://baseline.test/';
const sampleRateHz = 48_000;

declare global {
  interface Window {
    baseline?: RTCPeerConnection;
  }
}

/**
 * The baseline: a page with one RTCPeerConnection as it comes. Opus with in-band FEC, host candidates, no processing of the
 * microphone. The descriptions are carried by the laboratory and take no time; the rest goes over the cable.
 */
export const startChromiumPeers = (place: Place): Promise<Peers> =>
  inSoundRoom(place, (room, chromiumPath) => start(place, room, chromiumPath));

async function start({ homes, dir }: Place, room: SoundRoom, chromiumPath: string): Promise<Omit<Peers, 'record'>> {
  const browsers: Browser[] = [];
  const open = async (end: End): Promise<Page> => {
    const own = join(dir, `chromium-${end}`);
    mkdirSync(own, { recursive: true });
    const browser = await launchChromium({
      chromiumPath,
      sound: 'real',
      place: { inside: homes[end].inside, dir: own },
      environment: room.environmentOf(end),
    });
    browsers.push(browser);
    const page = await browser.newPage();
    await page.route(address, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Baseline</title>' }),
    );
    await loadEmpty(page);
    return page;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(browsers.map((browser) => browser.close()));
  };
  try {
    const pages = await bothEnds(open);
    return {
      call: () => call(pages),
      account: () => bothEnds((end) => account(pages[end])),
      // Connection, microphone and loudspeaker go with the page.
      async hangUp() {
        await bothEnds((end) => loadEmpty(pages[end]));
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const loadEmpty = (page: Page): Promise<unknown> => page.goto(address);

async function call({ a, b }: Readonly<Record<End, Page>>): Promise<number> {
  const began = performance.now();
  const offer = await a.evaluate(describe, null);
  const answer = await b.evaluate(describe, offer);
  await a.evaluate(async (sdp) => window.baseline?.setRemoteDescription({ type: 'answer', sdp }), answer);
  await Promise.all([a.evaluate(hears), b.evaluate(hears)]);
  return performance.now() - began;
}

/** In the page: opens the microphone and offers, or answers an offer; with all candidates. */
async function describe(offer: string | null): Promise<string> {
  const connection = new RTCPeerConnection();
  window.baseline = connection;
  connection.addEventListener('track', ({ streams: [stream] }) => {
    const audio = new Audio();
    audio.srcObject = stream ?? null;
    void audio.play();
  });
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 },
  });
  for (const track of stream.getTracks()) connection.addTrack(track, stream);
  if (offer !== null) await connection.setRemoteDescription({ type: 'offer', sdp: offer });
  const gathered = new Promise<void>((resolve) =>
    connection.addEventListener('icegatheringstatechange', () => connection.iceGatheringState === 'complete' && resolve()),
  );
  await connection.setLocalDescription();
  await gathered;
  return connection.localDescription?.sdp ?? '';
}

/** In the page: resolves once sound comes from the other side. */
async function hears(): Promise<void> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- looks again
    const stats = await window.baseline?.getStats();
    for (const report of stats?.values() ?? []) if (report.type === 'inbound-rtp' && report.packetsReceived > 0) return;
    // oxlint-disable-next-line no-await-in-loop -- looks again
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function account(page: Page): Promise<OwnAccount> {
  const samples = await page.evaluate(async () => {
    const stats = await window.baseline?.getStats();
    for (const report of stats?.values() ?? []) {
      if (report.type !== 'inbound-rtp') continue;
      return {
        concealed: Number(report.concealedSamples),
        silent: Number(report.silentConcealedSamples),
        stretched: Number(report.insertedSamplesForDeceleration) + Number(report.removedSamplesForAcceleration),
      };
    }
    return null;
  });
  const milliseconds = (count: number): number => (count / sampleRateHz) * 1000;
  return samples === null
    ? { concealedMs: null, stretchedMs: null }
    : { concealedMs: milliseconds(samples.concealed - samples.silent), stretchedMs: milliseconds(samples.stretched) };
}
