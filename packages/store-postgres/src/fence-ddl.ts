import type { FenceKey } from "@tenure/core";
import { escapeIdentifier, escapeLiteral } from "pg";

/** What a write is refused with that comes from a former leader. */
export const FENCED_SQLSTATE = "TF409";

/**
 * The fence beside the data it guards. `admit` takes the lock of the lease's row until the writer's transaction ends, so that a write it
 * let through lands before any later leader raises the fence, and none lands after it.
 */
export function fenceDdl(schema: string): string {
  const at = escapeIdentifier(schema);
  return `create table if not exists ${at}.fence (
  store_id text,
  name text collate "C",
  epoch bigint not null,
  primary key (store_id, name)
);

create or replace function ${at}.admit(of_store text, of_lease text, with_epoch bigint) returns bigint
language plpgsql as $$
declare
  highest bigint;
begin
  insert into ${at}.fence as f (store_id, name, epoch) values (of_store, of_lease, with_epoch)
    on conflict (store_id, name) do update set epoch = greatest(f.epoch, excluded.epoch)
    returning f.epoch into highest;
  if with_epoch < highest then
    raise exception 'epoch % of lease % is fenced off: epoch % was here; another leads now', with_epoch, of_lease, highest
      using errcode = '${FENCED_SQLSTATE}';
  end if;
  return highest;
end
$$;

create or replace function ${at}.fenced() returns trigger language plpgsql as $$
declare
  with_epoch bigint := nullif(current_setting('tenure.epoch', true), '')::bigint;
begin
  if with_epoch is null then
    raise exception 'this table is fenced: begin the transaction with set local tenure.epoch = the epoch of the lease'
      using errcode = '${FENCED_SQLSTATE}';
  end if;
  perform ${at}.admit(TG_ARGV[0], TG_ARGV[1], with_epoch);
  return null;
end
$$;
`;
}

export interface FenceTriggerOptions extends FenceKey {
  /** The table to guard, with its schema if it is not on the search path. */
  readonly table: string;
  /** Where the tables of tenure are. Default: `tenure`. */
  readonly schema?: string | undefined;
}

/**
 * The statement that fences a table: from then on each write needs `set local tenure.epoch = '7'` in its transaction, and one from a former
 * leader is refused with SQLSTATE `TF409`. Without a trigger, `select tenure.admit(store, lease, epoch)` does the same where it stands.
 */
export function fenceTrigger({ storeId, name, table, schema = "tenure" }: FenceTriggerOptions): string {
  const target = table.split(".").map(escapeIdentifier).join(".");
  const key = [storeId, name].map(escapeLiteral).join(", ");
  // Before any row is touched, and after those triggers that a name sorts before it.
  return `create or replace trigger tenure_fenced before insert or update or delete on ${target}
  for each statement execute function ${escapeIdentifier(schema)}.fenced(${key});
`;
}
