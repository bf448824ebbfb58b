import { randomBytes } from "node:crypto";

/** 128 random bits, as 22 characters of `[A-Za-z0-9_-]`. */
export function randomToken(): string {
  return randomBytes(16).toString("base64url");
}
