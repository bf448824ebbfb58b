import { DURATION_MAX_MS, isHolderIdentity, isLeaseName, quoteForDisplay } from "@tenure/schema/light";
import { LeaseError } from "../errors.ts";

/** @throws LeaseError `EUSAGE` */
export function assertName(name: unknown): asserts name is string {
  if (isLeaseName(name)) return;
  const rule = "letters, digits, '.', '_' and '-', at most 128, the first no '.' or '-'";
  throw new LeaseError("EUSAGE", `${quoteForDisplay(name)} is no lease name: it is made of ${rule}`);
}

/** @throws LeaseError `EUSAGE` */
export function assertIdentity(identity: unknown): asserts identity is string {
  if (isHolderIdentity(identity)) return;
  const rule = "1 to 256 characters, none of them control, bidi, zero-width or line-separating";
  throw new LeaseError("EUSAGE", `${quoteForDisplay(identity)} is no holder identity: it has ${rule}`);
}

/** @throws LeaseError `EUSAGE` */
export function assertDuration(what: string, ms: unknown): asserts ms is number {
  if (typeof ms === "number" && ms >= 0 && ms <= DURATION_MAX_MS) return;
  throw new LeaseError("EUSAGE", `${what} is ${quoteForDisplay(ms)}: it is a number of milliseconds from 0 to a year`);
}

/** @throws LeaseError `EUSAGE` */
export function assertText(what: string, text: unknown): asserts text is string {
  if (typeof text === "string") return;
  throw new LeaseError("EUSAGE", `${what} is ${quoteForDisplay(text)}: it is a text that people are to read`);
}

/** @throws LeaseError `EUSAGE` */
export function assertEpoch(what: string, epoch: unknown): asserts epoch is number {
  if (Number.isSafeInteger(epoch) && Number(epoch) >= 0 && epoch !== Number.MAX_SAFE_INTEGER) return;
  throw new LeaseError(
    "EUSAGE",
    `${what} is ${quoteForDisplay(epoch)}: an epoch is a whole number, and one must be left above it`,
  );
}
