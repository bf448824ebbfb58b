import { urlForDisplay } from "@tenure/schema/light";
import { LeaseError } from "./errors.ts";
import { readNamedFile } from "./for-stores.ts";

/** What the URL of one kind of server may hold. */
export interface ServerUrlGrammar {
  /** What it names and how it reads, as "a NATS server; it reads nats://host:4222". */
  readonly reads: string;
  readonly schemes: { readonly plain: string; readonly secure: string };
  /** Unless it is said. */
  readonly port: number;
  /** What may stand behind the question mark, beside `cacert`, `cert` and `key`, which name files. */
  readonly parameters: readonly string[];
  /** What may stand between the host and the question mark. Default: nothing. */
  readonly path?: RegExp;
}

/** One server of those that a URL names. */
export interface ServerHost {
  /** Of IPv6 with its brackets. */
  readonly hostname: string;
  readonly port: number;
}

const CERTIFICATES = ["cacert", "cert", "key"] as const;

/** For whoever writes a store on a server: its URL, read strictly. Every error is `ECONFIG`, and shows no password. */
export class ServerUrl {
  /** What is said to the server is encrypted, with its certificate verified. */
  readonly isSecure: boolean;
  readonly path: string;
  readonly #url: URL;
  readonly #text: string;
  readonly #grammar: ServerUrlGrammar;
  readonly #readFile: (path: string) => string;

  constructor(text: string, grammar: ServerUrlGrammar, readFile: (path: string) => string) {
    const { schemes, parameters, path = /^\/?$/u } = grammar;
    this.#text = text;
    this.#grammar = grammar;
    this.#readFile = readFile;
    if (!URL.canParse(text)) throw this.#isNone();
    this.#url = new URL(text);
    const { protocol, host, pathname, searchParams } = this.#url;
    this.isSecure = protocol === `${schemes.secure}:`;
    this.path = pathname;
    if ((!this.isSecure && protocol !== `${schemes.plain}:`) || host === "" || !path.test(pathname))
      throw this.#isNone();
    const known: readonly string[] = [...parameters, ...CERTIFICATES];
    const unknown = unknownParameterOf(searchParams, known);
    if (unknown !== null) throw this.refusal(unknown);
    if (!this.isSecure && CERTIFICATES.some((name) => searchParams.has(name)))
      throw this.refusal(`names certificates, which are for ${schemes.secure}://, and reads ${schemes.plain}://`);
  }

  get user(): string {
    return this.#decoded(this.#url.username);
  }

  /** What the files hold that the URL names for TLS. */
  get certificates(): { readonly ca?: string; readonly cert?: string; readonly key?: string } {
    const [ca, cert, key] = CERTIFICATES.map((name) => this.file(name));
    return { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
  }

  parameter(name: string): string | undefined {
    return this.#url.searchParams.get(name) ?? undefined;
  }

  /** What a file holds that a parameter names. */
  file(parameter: string): string | undefined {
    const path = this.parameter(parameter);
    return path === undefined ? undefined : readNamedFile(path, parameter, this.#readFile);
  }

  /** The password of the file that is named, or else of the URL; empty where neither holds one. */
  password(file: string | undefined): string {
    if (file === undefined) return this.#decoded(this.#url.password);
    return readNamedFile(file, "passwordFile", this.#readFile).replace(/\r?\n$/u, "");
  }

  /** The URL's own host, then those that a parameter names, in the order in which they are tried. */
  hosts(parameter?: string): readonly ServerHost[] {
    const further = parameter === undefined ? [] : this.#url.searchParams.getAll(parameter);
    return [this.#url.host, ...further].map((written) => {
      const host = this.#hostOf(written);
      if (host !== null) return host;
      throw this.refusal(`has a ${parameter} that is no host; one reads host:${this.#grammar.port}`);
    });
  }

  /** @param why as "names a bucket that is none". */
  refusal(why: string, cause?: unknown): LeaseError {
    return new LeaseError("ECONFIG", `${urlForDisplay(this.#text)} ${why}`, {}, cause === undefined ? {} : { cause });
  }

  #hostOf(host: string): ServerHost | null {
    const written = `${this.#grammar.schemes.plain}://${host}`;
    if (!URL.canParse(written)) return null;
    const { hostname, port, pathname, username, password, search } = new URL(written);
    if (hostname === "" || pathname !== "" || username !== "" || password !== "" || search !== "") return null;
    return { hostname, port: port === "" ? this.#grammar.port : Number(port) };
  }

  #decoded(part: string): string {
    try {
      return decodeURIComponent(part);
    } catch (error) {
      throw this.refusal("has a user or a password that is not percent-encoded", error);
    }
  }

  #isNone(): LeaseError {
    return this.refusal(`is no URL of ${this.#grammar.reads}`);
  }
}

/**
 * For whoever writes a store on a server: why its URL is refused that has another parameter than these, as "has a parameter sslmod; known
 * are …"; `null` where it has none. A name that may be the rest of a password is not told.
 */
export function unknownParameterOf(parameters: URLSearchParams, known: readonly string[]): string | null {
  const unknown = [...parameters.keys()].find((name) => !known.includes(name));
  if (unknown === undefined) return null;
  const named = /^[a-z][\w.-]{0,63}$/iu.test(unknown) ? ` ${JSON.stringify(unknown)}` : " of an unknown name";
  return `has a parameter${named}; known are ${known.join(", ")}`;
}

/** For whoever writes a store on a server: a host without the brackets that an IPv6 address has in a URL. */
export function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/gu, "");
}
