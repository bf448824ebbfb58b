import { LeaseError, type FenceStorage, type LeaseStore } from "@tenure/core";
import { urlForDisplay } from "@tenure/schema/light";

export interface EngineOptions {
  readonly url: string;
  readonly passwordFile?: string | undefined;
  readonly storeId?: string | undefined;
  readonly seenEpochs: FenceStorage;
}

interface Engine {
  /** What a user installs for it. */
  readonly package: string;
  readonly open: (options: EngineOptions) => Promise<LeaseStore>;
  /** What makes its tables, where it has such a thing: for whoever may not let tenure make them itself. */
  readonly ddl?: () => Promise<string>;
}

const postgres: Engine = {
  package: "@tenure/store-postgres",
  open: async (options) => await (await import("@tenure/store-postgres")).openPostgresStore(options),
  ddl: async () => (await import("@tenure/store-postgres")).ddl("tenure"),
};

const etcd: Engine = {
  package: "@tenure/store-etcd",
  open: async (options) => await (await import("@tenure/store-etcd")).openEtcdStore(options),
};

const redis: Engine = {
  package: "@tenure/store-redis",
  open: async (options) => await (await import("@tenure/store-redis")).openRedisStore(options),
};

const nats: Engine = {
  package: "@tenure/store-nats",
  open: async (options) => await (await import("@tenure/store-nats")).openNatsStore(options),
};

/** The engines that are not embedded, by the protocol of their URLs. Each is loaded only when it is used. */
const engines: Readonly<Record<string, Engine>> = {
  "postgres:": postgres,
  "postgresql:": postgres,
  "etcd:": etcd,
  "etcds:": etcd,
  "redis:": redis,
  "rediss:": redis,
  "nats:": nats,
  "natss:": nats,
};

/**
 * Opens the store that a URL names.
 * @throws LeaseError `ECONFIG` for an engine that is not known, or whose package is not installed, with the command that installs it.
 */
export async function openEngine(options: EngineOptions): Promise<LeaseStore> {
  return await using(options.url, (engine) => engine.open(options));
}

/** The statements that make what an engine needs on its server. */
export async function ddlOf(url: string): Promise<string> {
  return await using(url, async ({ ddl }) => {
    if (ddl === undefined)
      throw new LeaseError("EUSAGE", `${urlForDisplay(url)} needs nothing to be made on the server`);
    return await ddl();
  });
}

async function using<T>(url: string, use: (engine: Engine) => Promise<T>): Promise<T> {
  const protocol = URL.canParse(url) ? new URL(url).protocol : "";
  const engine = Object.hasOwn(engines, protocol) ? engines[protocol] : undefined;
  if (engine === undefined)
    throw new LeaseError(
      "ECONFIG",
      `${urlForDisplay(url)} names no engine that tenure knows: a store is ${known()}; a folder is --dir`,
    );
  try {
    return await use(engine);
  } catch (error) {
    const missing = missingPackage(error);
    if (missing === null) throw error;
    const how = missing === engine.package ? "not installed" : `installed without ${missing}, which it needs`;
    const message = `${protocol}// needs ${engine.package}, which is ${how}; run: npm install ${engine.package} (with -g if tenure is installed globally)`;
    throw new LeaseError("ECONFIG", message, {}, { cause: error });
  }
}

function known(): string {
  return Object.keys(engines)
    .map((protocol) => `${protocol}//…`)
    .join(" or ");
}

/** The package that was looked for in vain; `null` where anything else went wrong. */
function missingPackage(error: unknown): string | null {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") return null;
  return /^Cannot find (?:package|module) '([^']+)'/u.exec(message)?.[1] ?? null;
}
