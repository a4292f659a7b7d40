import { AppError } from '../ports/app-error.ts';

/** What a person reads on stderr when the app does not start: what happened, then what to do. */
export function describeStartFailure(error: unknown): string {
  if (!(error instanceof AppError)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  const { context } = error;
  switch (`${error.code} ${error.reason}`) {
    case 'PROFILE_IN_USE locked':
      return `this profile is open in process ${context['pid']}, which does not answer. End that process, or choose another --profile.`;
    case 'BAD_INPUT usage':
      return `${context['message']}. Options: --profile NAME, --home DIR, --bootstrap HOST:PORT, --listen HOST:PORT, --no-mdns, --no-bittorrent, --bittorrent-node HOST:PORT, --invitation LINK, --no-open, --keep-running, --verbose.`;
    case 'BAD_INPUT profile-name':
      return 'a profile name is 1 to 64 letters, digits, - or _.';
    case 'BAD_INPUT profile-folder':
      return `the folder ${context['folder']} can't be made (${context['error']}). Choose another with --home.`;
    default:
      return `${error.code} (${error.reason}) ${JSON.stringify(context)}`;
  }
}
