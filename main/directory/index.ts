export * from './names.ts';
export * from './name-suggestions.ts';
