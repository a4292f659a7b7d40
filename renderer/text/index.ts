export { directionOf, shownLine, shownText } from './display-text.ts';
export { Marked } from './marked.tsx';
export { excerptOf, piecesOf, type Piece } from './marks.ts';
