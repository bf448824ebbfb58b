import { LeaseError } from "@tenure/core";

/** The store itself is not there any more; `found` is the one that is there now, or nothing. */
export function storeIsGone(name: string, storeId: string, found: string, repair: string): LeaseError {
  const now = found === "" ? "holds no store any more" : `holds store ${found} now`;
  return new LeaseError(
    "EEPOCHREGRESSION",
    `Redis ${now}, and store ${storeId} was there: it was flushed, restarted without its data, or failed over to a server without them. ` +
      `It is not believed. Once nobody acts under the lost epochs any more, open the store anew, or bring it back in redis-cli: ${repair}`,
    { name },
  );
}
