import { randomBytes } from "node:crypto";

const TOKEN_BYTES = 16;
/** Random bits are dear by the call, not by the byte. */
const POOL_BYTES = 128 * TOKEN_BYTES;

let pool = Buffer.alloc(0);
let used = 0;

/** 128 random bits, as 22 characters of `[A-Za-z0-9_-]`. */
export function randomToken(): string {
  if (used === pool.length) {
    pool = randomBytes(POOL_BYTES);
    used = 0;
  }
  const from = used;
  used += TOKEN_BYTES;
  return pool.toString("base64url", from, used);
}
