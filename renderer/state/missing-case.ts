/** For the end of a switch that handles every case: a new case is a compile error here. */
export function missingCase(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
}
