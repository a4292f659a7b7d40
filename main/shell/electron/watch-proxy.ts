import { session } from 'electron';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Supervisor } from '../supervisor.ts';

/**
 * Electron tells nobody of a change; asked again, a laptop that came into the office is late by the last of these. Sooner at first:
 * while everything starts, Chromium may not have read the settings yet.
 */
const looksAfterMs = [1_000, 4_000, 15_000, 60_000] as const;
/**
 * What a helper's address looks like to a proxy script: TLS to a number that is nobody's (RFC 5737) and neither private nor local.
 * Scripts that send single hosts elsewhere see none of ours.
 */
const asIfTo = 'https://198.51.100.1/';

/** Passes on what the operating system's settings, proxy scripts too, say of an HTTP proxy. @returns what ends it */
export function watchProxy(supervisor: Pick<Supervisor, 'proxy'>, clock: Clock, logger: Logger): () => void {
  let told = 'DIRECT';
  let timer: Timer | null = null;
  let looks = 0;
  let isOver = false;
  const look = async (): Promise<void> => {
    try {
      const rules = await session.defaultSession.resolveProxy(asIfTo);
      if (isOver) return;
      if (rules !== told) supervisor.proxy(rules);
      told = rules;
    } catch (error) {
      logger.warn('proxy-unknown', { error: String(error).slice(0, 200) });
    }
    const afterMs = looksAfterMs[looks] ?? looksAfterMs[3];
    looks += 1;
    if (!isOver) timer = clock.setTimer(afterMs, () => void look());
  };
  void look();
  return () => {
    isOver = true;
    timer?.cancel();
  };
}
