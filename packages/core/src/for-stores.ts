import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import { parseBoundedJson, readLeaseEvent, readLeaseRecord } from "@tenure/schema/light";
import { LeaseError } from "./errors.ts";

/**
 * For whoever writes a store: what every reader would refuse must never be written.
 * @throws LeaseError `EINVALID`, `ESCHEMAVERSION`.
 */
export function assertWritable(name: string, record: LeaseRecord, event: LeaseEvent): void {
  try {
    readLeaseRecord(record);
    readLeaseEvent(event);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new LeaseError(
      code === "ESCHEMAVERSION" ? "ESCHEMAVERSION" : "EINVALID",
      `this cannot be written as lease ${name}: ${message}`,
      { name },
      { cause: error },
    );
  }
  if (record.name !== name || event.name !== name)
    throw new LeaseError("EINVALID", `a record of lease ${record.name} cannot be written as lease ${name}`, { name });
}

/** For whoever writes a store: the promise's outcome, or the signal's reason if that comes first; the work itself goes on. */
export function orAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the caller's own reason, whatever it is
    const abort = (): void => reject(signal.reason);
    const settle = (): void => signal.removeEventListener("abort", abort);
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    // What fails after it was abandoned has been answered already.
    work.finally(settle).then(resolve, reject);
  });
}

/** For whoever writes a store: the answer to a record whose epoch was used up before. */
export function epochIsTaken({ name, epoch }: LeaseRecord, epochFloor: number): LeaseError {
  return new LeaseError(
    "EEPOCHREGRESSION",
    `epoch ${epoch} of lease ${name} is not to be had: ${epochFloor} was there before; read the lease again and take a higher one`,
    { name, epoch },
  );
}

/**
 * For whoever writes a store: reads what somebody wrote there.
 * @throws LeaseError `ESTATECORRUPT`, `ESCHEMAVERSION` when it is none of what tenure writes.
 */
export function readStored<T>(engine: string, name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new LeaseError(
      code === "ESCHEMAVERSION" ? "ESCHEMAVERSION" : "ESTATECORRUPT",
      `${engine}: what stands for lease ${name} cannot be read: ${message}. Nothing was overwritten`,
      { name },
      { cause: error },
    );
  }
}

/**
 * For whoever writes a store: what is written there, as text.
 * @throws LeaseError `EINVALID` for what every reader would refuse for its length or depth.
 */
export function textToStore(name: string, written: LeaseRecord | LeaseEvent): string {
  const text = JSON.stringify(written);
  try {
    parseBoundedJson(text);
  } catch (error) {
    const message = `this cannot be written as lease ${name}: ${(error as Error).message}`;
    throw new LeaseError("EINVALID", message, { name }, { cause: error });
  }
  return text;
}

/** For whoever writes a store: how many milliseconds a term of this record may last after its last renewal, as a whole number. */
export function waitMsOf({ leaseDurationMs, lockDelayMs }: LeaseRecord): number {
  return Math.ceil(leaseDurationMs + lockDelayMs);
}

/**
 * For whoever writes a store: what a file holds that an address or an option names, as a certificate or a password.
 * @param parameter what names it.
 * @throws LeaseError `ECONFIG` when it cannot be read.
 */
export function readNamedFile(path: string, parameter: string, read: (path: string) => string): string {
  try {
    return read(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new LeaseError("ECONFIG", `cannot read ${path} (${parameter}): ${why}`, {}, { cause: error });
  }
}

/**
 * For whoever writes a store: whether a host is this machine itself, so that nobody reads what passes on the way there.
 * @param host a name or an address; one of IPv6 with or without its brackets.
 */
export function isLoopback(host: string): boolean {
  return ["localhost", "::1", "[::1]"].includes(host) || /^127(?:\.\d{1,3}){3}$/u.test(host);
}

/**
 * For whoever writes a store on a server: why no connection came about, in words, with what to do. `undefined` where the code says no more
 * than the message does.
 * @param code Node's own.
 * @param authority how the certificate of a further authority is named, as `cacert=FILE in the URL`.
 */
export function whyNotConnected(code: string, authority: string): string | undefined {
  switch (code) {
    case "ECONNREFUSED":
      return "nothing listens there; is the server running?";
    case "ENOTFOUND":
      return "no such host";
    case "EAI_AGAIN":
      return "its name cannot be looked up now; does the resolver answer?";
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return "there is no way to that host from here";
    case "ETIMEDOUT":
      return "it does not answer; is it overloaded or stopped, or does a firewall stand in between?";
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return `its certificate is signed by an unknown authority; name that with ${authority}`;
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
      return `its certificate is self-signed; name it with ${authority}`;
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return "its certificate is for another host name";
    case "CERT_HAS_EXPIRED":
      return "its certificate has expired";
    default:
      return undefined;
  }
}
