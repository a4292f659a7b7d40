export { MicStep } from './mic-step.tsx';
export { Welcome } from './onboarding.tsx';
export { PhraseStep } from './phrase-step.tsx';
