/** Absolute paths of one particular machine; put together here so that this file does not hold them. `/home/ada` is an example. */
const places = ['work', 'root', 'tmp/brief'].map((name) => `/${name}/`);

/** Sentences about a text that names a place on somebody's machine. */
export function foreignWords(path: string, text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const place = places.find((word) => new RegExp(`(^|[\\s"'\`(=:])${word}\\w`).test(line));
    return place === undefined ? [] : [`${path}:${index + 1} names ${place}`];
  });
}
