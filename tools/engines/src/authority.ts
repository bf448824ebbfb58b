import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderWith } from "./found.ts";

/** What a server shows of itself, and what proves it, in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** One of a test's own, unknown to everybody else. */
export interface Authority {
  /** The file that names it. */
  readonly cacert: string;
  /** Of a server on loopback, signed by it. */
  readonly certificate: Certificate;
  readonly remove: () => void;
}

const NEW = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"] as const;

/** `null` where there is no openssl. */
export function makeAuthority(): Authority | null {
  const programs = folderWith(["openssl"]);
  if (programs === null) return null;
  const folder = mkdtempSync(join(tmpdir(), "tenure-authority-"));
  const at = (file: string): string => join(folder, file);
  const make = (name: string, ...more: readonly string[]): void => {
    const files = ["-keyout", at(`${name}.key`), "-out", at(`${name}.pem`)];
    const args = ["req", ...NEW, "-subj", `/CN=${name} of a test`, ...files, ...more];
    execFileSync(join(programs, "openssl"), args, { stdio: "pipe" });
  };
  make("authority", "-addext", "keyUsage=critical,keyCertSign");
  const signed = ["-CA", at("authority.pem"), "-CAkey", at("authority.key")];
  const names = ["-addext", "basicConstraints=critical,CA:FALSE", "-addext", "subjectAltName=IP:127.0.0.1"];
  make("server", ...signed, ...names);
  return {
    cacert: at("authority.pem"),
    certificate: { cert: readFileSync(at("server.pem"), "utf8"), key: readFileSync(at("server.key"), "utf8") },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
