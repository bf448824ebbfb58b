import { escapeIdentifier, escapeLiteral } from "pg";
import { channelOf } from "./ddl.ts";

/** Lines of the journal that are fetched at once. */
const PAGE = 500;

/** What is asked of the server, for the tables of one schema. */
export interface Statements {
  readonly read: string;
  readonly swap: string;
  /** Tells those who watch any of these leases. */
  readonly tell: string;
  readonly journal: string;
  readonly page: number;
  readonly list: string;
  readonly raiseFloor: (name: string, epoch: number) => string;
}

export function statementsFor(schema: string): Statements {
  const at = escapeIdentifier(schema);
  return {
    read: `select l.record, ${at}.revision_of(l.revision, l.record, f.epoch) as revision,
  (extract(epoch from clock_timestamp() - l.changed_at) * 1000)::float8 as age_ms,
  coalesce(f.epoch, 0) as floor_epoch, coalesce(f.wait_ms, 0) as floor_wait_ms
from (select $1::text as name) asked
  left join ${at}.lease l on l.name = asked.name
  left join ${at}.floor f on f.name = asked.name`,
    swap: `select * from ${at}.swap($1, $2, $3, $4, $5)`,
    // Nothing is lost with it, so it does not wait for the disk, nor keep it from those who do.
    tell: `select set_config('synchronous_commit', 'off', true), pg_notify(${escapeLiteral(channelOf(schema))}, name) from unnest($1::text[]) as name`,
    // A revision reads NUMBER.NONCE, or lost.EPOCH where no record stood.
    journal: `select j.revision || '.' || (j.record->>'nonce') as revision, j.event, j.record
from ${at}.journal j
where j.name = $1 and j.revision > case
  when $2 like 'lost.%' then coalesce((select max(k.revision) from ${at}.journal k
    where k.name = $1 and (k.record->>'epoch')::bigint <= split_part($2, '.', 2)::bigint), 0)
  else split_part($2, '.', 1)::bigint end
order by j.revision limit $3`,
    page: PAGE,
    list: `select name from ${at}.floor where epoch > 0 union select name from ${at}.lease order by name`,
    raiseFloor: (name, epoch) =>
      `insert into ${at}.floor (name, epoch) values (${escapeLiteral(name)}, ${epoch}) on conflict (name) do update set epoch = ${epoch};`,
  };
}
