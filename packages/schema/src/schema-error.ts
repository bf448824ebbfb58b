/**
 * What was read is not what it should be. `path` is a JSON pointer to the field (`""`: the whole), `code` a failure code:
 * `EINVALID` for data, `ESCHEMAVERSION` for data of another major version, `EUSAGE` for what a person typed.
 */
export class SchemaError extends Error {
  readonly code: "EINVALID" | "ESCHEMAVERSION" | "EUSAGE";
  readonly path: string;
  override readonly name = "SchemaError";

  constructor(code: SchemaError["code"], path: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.path = path;
  }
}

/** One step of a JSON pointer (RFC 6901). */
export function pointerStep(key: string | number): string {
  return `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
