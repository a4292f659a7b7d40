import type { MailScenario } from '../scenario.ts';
import { crashes, kills } from './crashes.ts';
import { drain } from './drain.ts';
import { returns, returnsAfterDeaths, wrongClocks } from './returning.ts';

export const mailScenarios: readonly MailScenario[] = [returns, returnsAfterDeaths, drain, wrongClocks, kills, crashes];
