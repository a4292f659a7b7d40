export { CompareDialog } from './compare-dialog.tsx';
export { ProfilePane } from './profile-pane.tsx';
export { YouSection } from './you-section.tsx';
