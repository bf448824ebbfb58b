/** The fields of a package.json that the checks read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface EntryPoint {
  /** As a user imports it: `@tenure/core/testing`. */
  readonly specifier: string;
  readonly source: string;
  readonly built: string;
}

/** The modules a package offers; files such as JSON Schemas are not modules. */
export function entryPoints(manifest: Manifest): EntryPoint[] {
  return Object.entries(manifest.exports ?? {}).flatMap(([path, target]) => {
    if (typeof target === "string") return [];
    const { "@tenure/source": source, default: built } = target;
    if (source === undefined || built === undefined)
      throw new Error(`${manifest.name}: ${path} lacks a source or a default`);
    return [{ specifier: manifest.name + path.slice(1), source, built }];
  });
}
