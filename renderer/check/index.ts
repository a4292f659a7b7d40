export { CheckPane } from './check-pane.tsx';
