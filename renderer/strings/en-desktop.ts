/** Another computer has the account. */
export const moved = {
  says: 'This account moved to another computer on {{date}}. Messages and calls arrive there. What was said here can still be read.',
  composer: 'Nothing is sent from here: the account is on another computer.',
  takeBack: 'Use it here again',
  remove: 'Remove it from here',
  asksTitle: 'Use the account here again?',
  asks: 'Your friends’ apps will talk to this computer and turn the other one away. What was said there stays there.',
  confirm: 'Use it here',
} as const;

/** Words that the desktop shows around the window: the tray, links, the window of somebody who rings. */
export const desktop = {
  open: 'Open Lilliput',
  quit: 'Quit Lilliput',
  notifications: 'Notifications',
  onCall: 'On a call with {{name}}',
  waiting_one: '{{count}} waits for you',
  waiting_other: '{{count}} wait for you',
  staysTitle: 'Lilliput goes on',
  staysBody: 'Friends can still call and write to you. Its sign beside the clock opens the window again, and quits.',
  saved: '{{name}} is saved',
  savedNowhere: '{{name}} was not saved',
  notSaved: '{{name}} could not be written. Look whether the disk is full, or choose another folder.',
  silence: 'Ring without a sound',
  link: {
    'too-long': 'That link is too long for an invitation. Nothing was opened.',
    broken: 'That link is no invitation, or it was cut off. Ask for it once more.',
    several: 'Those were several links at once. Open one of them.',
  },
  title: 'When the window is closed',
  keepRunning: 'Keep running in the background',
  keepRunningHelp:
    'Friends can call and write to you while the window is closed. The sign beside the clock opens it again, and quits.',
  noTray: 'This desktop shows no signs of programs beside the clock, so closing the window quits Lilliput.',
  atSignIn: 'Open when I sign in',
  atSignInHelp: 'Lilliput starts with your computer, without its window where there is a sign beside the clock.',
  atSignInImpossible: 'Only for an installed Lilliput.',
} as const;
