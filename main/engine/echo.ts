import type { People } from '../overlay/index.ts';
import { AppError } from '../ports/app-error.ts';

/** Where echo services announce themselves. */
export const echoTopic = 'lilliput/echo/1';

/** Finds an echo service and holds a session to it. @throws AppError NO_ECHO_SERVICE, CANCELLED */
export async function visitEcho(people: People, signal: AbortSignal): Promise<string> {
  try {
    return (await people.visitService(echoTopic, signal)).account;
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_REACHABLE') {
      throw new AppError('NO_ECHO_SERVICE', 'nobody offers an echo service now');
    }
    throw error;
  }
}
