/** A server that was started here, on loopback, with its data in a temporary folder. */
export interface Engine {
  readonly url: string;
  readonly port: number;
  /** SIGKILL; resolves when it is gone. */
  readonly crash: () => Promise<void>;
  /** With the same data, at the same port; a server that runs is stopped first. */
  readonly restart: () => Promise<void>;
  /** Ends it and removes its data. */
  readonly stop: () => Promise<void>;
}

/** What a test says of a server that is not there: CI, which installs them, fails instead. */
export function missing(engine: string): string {
  const reason = `needs a ${engine} server; node tools/engines/install.mjs installs what is missing on Debian, as root`;
  if (process.env["TENURE_ENGINES"] === "required") throw new Error(reason);
  return reason;
}
