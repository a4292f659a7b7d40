/** Page → worker: which socket, and the end of the line that the audio thread's end belongs to. */
export interface PcmSocketOrder {
  readonly url: string;
  readonly line: MessagePort;
}

/** Worker → page: the line stands, or is gone. */
export type PcmSocketNews = 'open' | 'closed';
