import { LeaseError, readStored } from "@tenure/core";
import { parseBoundedJson } from "@tenure/schema/light";

/** Raised with every change of what is kept. A bucket that has a higher one belongs to a newer build. */
const LAYOUT_VERSION = 1;

/** What names a store in its bucket. */
export function storeNamed(storeId: string): string {
  return JSON.stringify({ storeId, version: LAYOUT_VERSION });
}

/** @throws LeaseError `ESCHEMAVERSION`, `ESTATECORRUPT` for what names no store that this build knows. */
export function readStoreId(text: string): string {
  const found = readStored("NATS at the key =store", "of any name", () => Object(parseBoundedJson(text)) as unknown);
  const { storeId, version } = found as Readonly<Record<string, unknown>>;
  if (typeof version === "number" && version !== LAYOUT_VERSION)
    throw new LeaseError(
      "ESCHEMAVERSION",
      `NATS: what is kept there is of version ${version}, and this build knows version ${LAYOUT_VERSION}; install the newer @tenure/store-nats`,
    );
  if (typeof storeId === "string" && /^[\x21-\x7e]{1,128}$/u.test(storeId)) return storeId;
  throw new LeaseError(
    "ESTATECORRUPT",
    `NATS: what stands at the key =store names no store: ${JSON.stringify(text.slice(0, 200))}. Nothing was overwritten`,
  );
}
