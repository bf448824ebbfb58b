import { LeaseError } from "@tenure/core";
import type { Range } from "./keys.ts";

export const TXN = "/v3/kv/txn";

/** What must stand for a transaction to take effect; `0` is the mod revision of a key that is not there. */
export type Compare =
  | { readonly key: string; readonly modRevision: string }
  | { readonly key: string; readonly value: string };

export type Operation =
  | { readonly put: string; readonly value: string }
  | { readonly remove: Range }
  | { readonly get: Range; readonly limit?: number; readonly keysOnly?: boolean; readonly isLast?: boolean };

export interface Txn {
  readonly compare: readonly Compare[];
  readonly success: readonly Operation[];
  readonly failure: readonly Operation[];
}

export interface KeyValue {
  readonly key: string;
  readonly value: string;
  readonly modRevision: string;
}

export interface TxnAnswer {
  readonly succeeded: boolean;
  /** Of the whole cluster, after the transaction. */
  readonly revision: string;
  readonly cluster: string;
  /** What was got, by the place of the operation. */
  readonly found: readonly (readonly KeyValue[])[];
}

/** As the gateway takes it: keys and values in base64. */
export function txnBody({ compare, success, failure }: Txn): object {
  return {
    compare: compare.map((each) =>
      "value" in each
        ? { key: encode(each.key), result: "EQUAL", target: "VALUE", value: encode(each.value) }
        : { key: encode(each.key), result: "EQUAL", target: "MOD", mod_revision: each.modRevision },
    ),
    success: success.map(operationBody),
    failure: failure.map(operationBody),
  };
}

/** @throws LeaseError `ESTOREUNAVAILABLE` for what no etcd answers. */
export function readTxn(answer: unknown): TxnAnswer {
  const { header, succeeded, responses } = asObject(answer);
  const { cluster_id: cluster, revision } = asObject(header);
  return {
    succeeded: succeeded === true,
    revision: asNumeral(revision),
    cluster: asNumeral(cluster),
    found: asList(responses).map((response) => {
      const { response_range: range } = asObject(response);
      return range === undefined ? [] : asList(asObject(range)["kvs"]).map(readKeyValue);
    }),
  };
}

export function encode(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

export function rangeBody({ key, rangeEnd }: Range): object {
  return { key: encode(key), ...(rangeEnd !== undefined && { range_end: encode(rangeEnd) }) };
}

export function asObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw noAnswer();
  return value as Readonly<Record<string, unknown>>;
}

/** An absent list is an empty one: the gateway leaves out what is empty. */
export function asList(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw noAnswer();
  return value;
}

/** A whole number of 64 bits, which JSON numbers do not hold. */
export function asNumeral(value: unknown): string {
  if (typeof value !== "string" || !/^\d{1,20}$/u.test(value)) throw noAnswer();
  return value;
}

function operationBody(operation: Operation): object {
  if ("put" in operation) return { request_put: { key: encode(operation.put), value: encode(operation.value) } };
  if ("remove" in operation) return { request_delete_range: rangeBody(operation.remove) };
  const { get, limit, keysOnly, isLast } = operation;
  return {
    request_range: {
      ...rangeBody(get),
      ...(limit !== undefined && { limit: String(limit) }),
      ...(keysOnly === true && { keys_only: true }),
      ...(isLast === true && { sort_target: "KEY", sort_order: "DESCEND" }),
    },
  };
}

export function readKeyValue(found: unknown): KeyValue {
  const { key, value, mod_revision: modRevision } = asObject(found);
  return { key: decode(key), value: decode(value), modRevision: asNumeral(modRevision) };
}

/** An absent value is an empty one. */
function decode(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value !== "string") throw noAnswer();
  return Buffer.from(value, "base64").toString("utf8");
}

function noAnswer(): LeaseError {
  return new LeaseError("ESTOREUNAVAILABLE", "etcd: what answers there is no etcd, or another version of its gateway");
}
