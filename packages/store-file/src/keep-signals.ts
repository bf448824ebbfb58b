import process from "node:process";

/**
 * Does `work` without taking from the program what a signal means to it.
 *
 * write-file-atomic removes its temporary file when a signal ends the process, and for that watches all of them (signal-exit). It
 * takes itself for the only listener when a `once` handler of the program has just run and left the list, and then ends the process
 * in the midst of its orderly stop. One more listener, where the program has one, keeps it from that.
 */
export async function keepSignals<T>(work: () => Promise<T>): Promise<T> {
  const handled = process.eventNames().filter((name) => typeof name === "string" && name.startsWith("SIG"));
  const keep = (): void => {};
  for (const signal of handled) process.on(signal, keep);
  try {
    return await work();
  } finally {
    for (const signal of handled) process.off(signal, keep);
  }
}
