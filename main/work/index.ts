export { isSolved, workBits, workHash } from './argon2-work.ts';
export { solve, type SolveOptions } from './solve.ts';
