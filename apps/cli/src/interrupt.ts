import { InterruptedError } from "./failure.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Does something that may take long; a signal ends it cleanly, with 128 + its number, and says what is `left` then. A second one ends
 * the process at once, as always.
 */
export async function interruptible<T>(
  what: string,
  act: (signal: AbortSignal) => Promise<T>,
  left = "nothing is held",
): Promise<T> {
  const controller = new AbortController();
  const end = (signal: (typeof signals)[number]): void => {
    stopListening();
    controller.abort(new InterruptedError(signal, what, left));
  };
  const stopListening = (): void => signals.forEach((signal) => void process.off(signal, end));
  for (const signal of signals) process.on(signal, end);
  // What is waited for may be a timer or a watch that would not keep a process alive by itself.
  const alive = setInterval(() => {}, 2 ** 30);
  try {
    return await act(controller.signal);
  } finally {
    clearInterval(alive);
    stopListening();
  }
}
