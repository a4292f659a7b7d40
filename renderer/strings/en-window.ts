/** Words of the window itself: its palette, its panes, its notices. */
export const palette = {
  title: 'Find anyone, or do anything',
  hint: 'A name, or what you want to do',
  results: 'Results',
  group: { now: 'Now', people: 'People', commands: 'Do', elsewhere: 'On Lilliput' },
  enter: 'call, or do it',
  ctrlEnter: 'message',
  call: 'Call',
  message: 'Message',
  answer: 'Answer {{name}}',
  decline: 'Decline {{name}}',
  return: 'Return to the call with {{name}}',
  presence: 'Status: {{status}}',
  settings: 'Settings: {{page}}',
  theme: 'Colours: {{theme}}',
  devices: 'Microphone and speaker',
  check: 'Check the connection',
  echo: 'Hear yourself with the echo service',
  keys: 'All keys',
  openLink: 'Use this invitation link',
  /** What people also call it. Never shown. */
  also: {
    answer: 'accept take pick up',
    decline: 'reject refuse',
    mute: 'microphone silence mic',
    hold: 'pause wait',
    'hang-up': 'end call stop bye',
    return: 'back to call',
    add: 'new contact friend request',
    presence: {
      online: 'available here',
      away: 'afk be right back',
      dnd: 'dnd busy quiet silence notifications',
      invisible: 'hide offline',
    },
    devices: 'headset headphones loudspeaker sound input output',
    settings: {
      you: 'profile picture name mood status safety code',
      notifications: 'preferences options alerts badge preview quiet',
      audio: 'preferences options microphone speaker volume ring',
      connection: 'preferences options proxy network bittorrent',
      helping: 'preferences options helper relay carry',
      privacy: 'preferences options account blocked address receipts',
      appearance: 'preferences options theme dark light strings',
      keys: 'preferences options shortcuts keyboard',
      recovery: 'preferences options twelve words phrase backup',
      data: 'preferences options archive backup export delete history storage disk move computer',
    },
    theme: 'theme mode appearance',
    check: 'network test can i call',
    echo: 'sound test call echo',
    keys: 'shortcuts keyboard help',
  },
} as const;

export const alerts = {
  several: '{{name}} ({{count}})',
  newMessages_one: 'New message',
  newMessages_other: '{{count}} new messages',
  inPage: '{{title}}: {{body}}',
  request: '{{name}} wants to add you',
  reply: 'Message {{name}}',
} as const;

export const notifications = {
  title: 'Notifications',
  show: 'Tell me outside of the window',
  showHelp: 'Messages, missed calls, requests and calls. Nothing while your status is Do not disturb.',
  previews: 'Show what was written',
  previewsHelp: 'Off: only who wrote. Notifications can be seen by whoever looks at your screen.',
  ask: 'Your browser has to allow notifications.',
  allow: 'Allow',
  notNow: 'Not now',
  denied:
    'Your browser does not allow notifications for this window. Allow them in the browser’s settings for this page; until then they show in the window only.',
  offer: 'Lilliput can tell you of calls and messages while you look elsewhere.',
  declined: 'No notifications. You can change that in Settings, Notifications.',
} as const;

export const panes = {
  sidebar: 'Width of the list',
  panel: 'Width of the panel',
  mini: 'Mini window',
  miniTitle: 'Lilliput call',
  full: 'Full window',
  help: 'Drag, or use the arrow keys. Double click or Enter: as it was',
} as const;
