/** Main-side modules take the one error type from here; it is defined with the contract because it crosses the bridge. */
export { AppError, errorCodes, type ErrorCode } from '../../preload/contract/errors.ts';
