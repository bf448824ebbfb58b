import type { FindingDocument, Mapping } from "@tenure/schema";
import { diagnose, type Source } from "../../src/index.ts";

/** A file in pieces of a size at which everything is cut somewhere. */
export function file(name: string, content: string | Uint8Array, modifiedAt?: number): Source {
  const bytes = Buffer.from(content);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    await Promise.resolve();
    for (let at = 0; at < bytes.length; at += 97) yield bytes.subarray(at, at + 97);
  }
  return { name, chunks: chunks(), ...(modifiedAt !== undefined && { modifiedAt }) };
}

export async function read(sources: readonly Source[], mappings: readonly Mapping[] = []): Promise<FindingDocument> {
  return await diagnose(sources, { mappings });
}

export function holders({ terms }: FindingDocument): (readonly [string, string])[] {
  return terms.map(({ holderIdentity, acquireTime }) => [holderIdentity, acquireTime]);
}
