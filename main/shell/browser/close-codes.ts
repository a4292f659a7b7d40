/** Why the shell closed a page's socket (RFC 6455 §7.4.2: 4000–4999 are ours). `renderer/bridge` knows the same numbers. */
export const closeCodes = {
  /** The engine fell and is being restarted: connect again. */
  engineGone: 4001,
  /** Lilliput is shown in another window now. */
  moved: 4002,
  /** The app was ended. */
  appEnded: 4003,
} as const;
