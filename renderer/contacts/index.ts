export { AddDialog } from './add-dialog.tsx';
export { Home } from './home.tsx';
export { PersonMenu } from './person-menu.tsx';
export { headWords, presenceWords } from './presence-words.ts';
export { Rail } from './rail.tsx';
export { RenameDialog } from './rename-dialog.tsx';
export { Sidebar } from './sidebar.tsx';
export { VolumeDialog } from './volume-dialog.tsx';
export { peopleRows, recentRows } from './side-rows.ts';
