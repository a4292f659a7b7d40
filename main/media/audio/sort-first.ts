/** Heap sort of the first `count` values, in place: `subarray().sort()` would allocate. */
export function sortFirst(values: Float64Array, count: number): void {
  for (let root = (count >> 1) - 1; root >= 0; root -= 1) sink(values, root, count);
  for (let end = count - 1; end > 0; end -= 1) {
    const largest = values[0] ?? 0;
    values[0] = values[end] ?? 0;
    values[end] = largest;
    sink(values, 0, end);
  }
}

function sink(values: Float64Array, from: number, end: number): void {
  const value = values[from] ?? 0;
  let root = from;
  for (let child = 2 * root + 1; child < end; child = 2 * root + 1) {
    if (child + 1 < end && (values[child + 1] ?? 0) > (values[child] ?? 0)) child += 1;
    if ((values[child] ?? 0) <= value) break;
    values[root] = values[child] ?? 0;
    root = child;
  }
  values[root] = value;
}
