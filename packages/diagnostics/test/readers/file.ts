import type { FindingDocument, Mapping } from "@tenure/schema";
import { diagnose, type Source } from "../../src/index.ts";

/** A file in pieces of a size at which everything is cut somewhere. */
export function file(name: string, content: string | Uint8Array, modifiedAt?: number, pieceBytes = 97): Source {
  const bytes = Buffer.from(content);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    await Promise.resolve();
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  return { name, chunks: chunks(), ...(modifiedAt !== undefined && { modifiedAt }) };
}

export async function read(sources: readonly Source[], mappings: readonly Mapping[] = []): Promise<FindingDocument> {
  return await diagnose(sources, { mappings });
}

export function holders({ terms }: FindingDocument): (readonly [string, string])[] {
  return terms.map(({ holderIdentity, acquireTime }) => [holderIdentity, acquireTime]);
}
