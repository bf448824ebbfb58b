import process from "node:process";

/** Of this module; one for each signal at most, however many files are being written. */
const keep = (): void => {};
/** A file that grows too large is an error, and no signal, for as long as Node ignores that one: it does so until a listener has left. */
const ignoreOn = (): void => {};
/** Those of signal-exit, which come with the first file that is being written and go with the last. */
const watching = new Set<unknown>();
let working = 0;

/**
 * Does `work` without taking from the program what a signal means to it.
 *
 * write-file-atomic removes its temporary file when a signal ends the process, and for that watches all of them (signal-exit). It
 * takes itself for the only listener when a `once` handler of the program has just run and left the list, and then ends the process
 * in the midst of its orderly stop. One more listener, where the program has one, keeps it from that. Where the program has none there must be
 * none: the signal would do nothing.
 */
export async function keepSignals<T>(work: () => Promise<T>): Promise<T> {
  if (!process.listeners("SIGXFSZ").includes(ignoreOn)) process.on("SIGXFSZ", ignoreOn);
  for (const [signal, listeners] of listened())
    if (listeners.some(isOfTheProgram) && !listeners.includes(keep)) process.on(signal, keep);
  working += 1;
  try {
    const before = new Set(listened().flatMap(([, listeners]) => listeners));
    const written = work();
    for (const each of listened().flatMap(([, listeners]) => listeners)) if (!before.has(each)) watching.add(each);
    return await written;
  } finally {
    working -= 1;
    if (working === 0) {
      for (const [signal] of listened()) process.off(signal, keep);
      watching.clear();
    }
  }
}

type Listener = (...args: never) => unknown;

function listened(): (readonly [NodeJS.Signals, readonly Listener[]])[] {
  const signals = process.eventNames().filter((name): name is NodeJS.Signals => String(name).startsWith("SIG"));
  return signals.map((signal) => [signal, process.listeners(signal)]);
}

function isOfTheProgram(listener: Listener): boolean {
  return listener !== keep && listener !== ignoreOn && !watching.has(listener);
}
