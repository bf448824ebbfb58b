import { LeaseError } from "@tenure/core";

/** The store itself is not there any more; `found` is the one that is there now, or nothing. */
export function storeIsGone(name: string, storeId: string, bucket: string, found: string): LeaseError {
  const now = found === "" ? "holds no store any more" : `holds store ${found} now`;
  return new LeaseError(
    "EEPOCHREGRESSION",
    `NATS: bucket ${bucket} ${now}, and store ${storeId} was there: the bucket was deleted, or its server started without its data. ` +
      "It is not believed. Restore the data, or open the store anew once nobody acts under the lost epochs any more",
    { name },
  );
}
