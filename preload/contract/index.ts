export * from './call-stats.ts';
export * from './contract.ts';
export * from './errors.ts';
export * from './scalars.ts';
export * from './views.ts';
export * from './pcm.ts';
export * from './client.ts';
export * from './bridge-api.ts';
