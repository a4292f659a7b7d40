/** The end of an exhaustive switch: a new case is a compile error here. */
export function missingCase(value: never): never {
  throw new Error(`unexpected case ${JSON.stringify(value)}`);
}
