/** One listener for each signal, however many acquire under it: Node warns of more than ten. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `run` once `signal` aborts. Returns the way to leave. */
export function onAbort(signal: AbortSignal, run: () => void): () => void {
  const all = waiting.get(signal) ?? attend(signal);
  // The same function may wait twice, and leaves once for each.
  const own = (): void => run();
  all.add(own);
  return () => void all.delete(own);
}

function attend(signal: AbortSignal): Set<() => void> {
  const all = new Set<() => void>();
  waiting.set(signal, all);
  signal.addEventListener("abort", () => {
    for (const run of all) run();
  });
  return all;
}
