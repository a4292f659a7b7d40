export { ArchiveForm } from './archive-form.tsx';
export { KeyList } from './key-list.tsx';
export { PhraseCard } from './phrase-card.tsx';
export { Settings } from './settings.tsx';
