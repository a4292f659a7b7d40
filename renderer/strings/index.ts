import { t, use, type TFunction } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
  }
}

/** How view models get their words: passed in, so that they need no React and no global. */
export type Words = TFunction;

/** Starts i18next with the English strings. Synchronous: the strings are in the bundle. */
export function startStrings(): Words {
  void use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  return t;
}

export { en };
