import { Menu, nativeImage, nativeTheme, Tray, type MenuItemConstructorOptions, type NativeImage } from 'electron';
import type { TrayItem, TrayView } from '../../../preload/contract/index.ts';

export interface TrayParts {
  /** A folder with `plain`, `unread` and `call`, each for light and dark task bars, `.png` and `@2x.png`. */
  readonly icons: string;
  /** Whether the system shows one. */
  readonly isShown: Promise<boolean>;
  readonly raise: () => void;
  readonly quit: () => void;
  readonly tell: (item: TrayItem) => void;
}

export interface PageTray {
  show(view: TrayView): void;
  /** There is one to press on. */
  isThere(): boolean;
  destroy(): void;
}

/** The sign in the system's tray, as the page wants it. It appears with the page's first word: the words are the page's. */
export function createPageTray({ icons, isShown, raise, quit, tell }: TrayParts): PageTray {
  let tray: Tray | null = null;
  let view: TrayView | null = null;

  const choose = (item: TrayItem): void => {
    if (item === 'open') raise();
    else if (item === 'quit') quit();
    else tell(item);
  };
  const entryOf = (entry: TrayView['menu'][number]): MenuItemConstructorOptions => {
    if (entry.kind === 'line') return { type: 'separator' };
    const { kind, id, label, isOn } = entry;
    const plain = { label, click: () => choose(id) };
    return kind === 'item' ? plain : { ...plain, type: kind === 'radio' ? 'radio' : 'checkbox', checked: isOn };
  };
  const paint = (): void => {
    if (tray !== null && view !== null) tray.setImage(iconOf(icons, view.icon));
  };
  nativeTheme.on('updated', paint);
  const present = (next: TrayView): void => {
    if (tray === null) {
      tray = new Tray(iconOf(icons, next.icon));
      // On macOS a press opens the menu.
      if (process.platform !== 'darwin') tray.on('click', raise);
    } else {
      paint();
    }
    tray.setToolTip(next.tooltip);
    tray.setContextMenu(Menu.buildFromTemplate(next.menu.map(entryOf)));
  };
  let isReady = false;
  let isOver = false;
  void isShown.then((yes) => {
    isReady = yes && !isOver;
    if (isReady && view !== null) present(view);
  });

  return {
    show(next) {
      view = next;
      if (isReady) present(next);
    },
    isThere: () => tray !== null,
    destroy() {
      isOver = true;
      isReady = false;
      nativeTheme.off('updated', paint);
      tray?.destroy();
      tray = null;
    },
  };
}

/** UI.md: one colour, with a notch for unread and a filled balloon on a call. macOS colours it itself. */
function iconOf(icons: string, icon: TrayView['icon']): NativeImage {
  if (process.platform === 'darwin') {
    const image = nativeImage.createFromPath(`${icons}/${icon}-dark.png`);
    image.setTemplateImage(true);
    return image;
  }
  // Desktops of Linux have dark bars whatever their windows look like; that of Windows is as the windows are.
  const isBarDark = process.platform === 'linux' || nativeTheme.shouldUseDarkColors;
  return nativeImage.createFromPath(`${icons}/${icon}-${isBarDark ? 'light' : 'dark'}.png`);
}
