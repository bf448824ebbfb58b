import { createHash } from "node:crypto";
import { escapeIdentifier, escapeLiteral } from "pg";
import { channelOf } from "./ddl.ts";

/** Lines of the journal that are fetched at once. */
const PAGE = 500;

/** Planned once a connection, under a name that stands for its text. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** What is asked of the server, for the tables of one schema. */
export interface Statements {
  readonly read: Statement;
  /** Any number of swaps; they come as one array for each parameter, and bring a row each, in the same order. */
  readonly swap: Statement;
  /** Tells those who watch any of these leases. */
  readonly tell: Statement;
  readonly journal: Statement;
  readonly page: number;
  readonly list: Statement;
  readonly raiseFloor: (name: string, epoch: number) => string;
}

export function statementsFor(schema: string): Statements {
  const at = escapeIdentifier(schema);
  return {
    read: prepared(`select l.record, ${at}.revision_of(l.revision, l.record, f.epoch) as revision,
  (extract(epoch from clock_timestamp() - l.changed_at) * 1000)::float8 as age_ms,
  coalesce(f.epoch, 0) as floor_epoch, coalesce(f.wait_ms, 0) as floor_wait_ms
from (select $1::text as name) asked
  left join ${at}.lease l on l.name = asked.name
  left join ${at}.floor f on f.name = asked.name`),
    swap: prepared(`select s.outcome, s.revision, s.floor_epoch, s.floor_wait_ms
from unnest($1::text[], $2::text[], $3::json[], $4::json[], $5::boolean[]) with ordinality
    as asked(name, expected, record, event, tells, at),
  lateral ${at}.swap(asked.name, asked.expected, asked.record, asked.event, asked.tells) s
order by asked.at`),
    // Nothing is lost with it, so it does not wait for the disk, nor keep it from those who do.
    tell: prepared(
      `select set_config('synchronous_commit', 'off', true), pg_notify(${escapeLiteral(channelOf(schema))}, name) from unnest($1::text[]) as name`,
    ),
    // A revision reads NUMBER.NONCE, or lost.EPOCH where no record stood.
    journal: prepared(`select j.revision || '.' || (j.record->>'nonce') as revision, j.event, j.record
from ${at}.journal j
where j.name = $1 and j.revision > case
  when $2 like 'lost.%' then coalesce((select max(k.revision) from ${at}.journal k
    where k.name = $1 and (k.record->>'epoch')::bigint <= split_part($2, '.', 2)::bigint), 0)
  else split_part($2, '.', 1)::bigint end
order by j.revision limit $3`),
    page: PAGE,
    list: prepared(`select name from ${at}.floor where epoch > 0 union select name from ${at}.lease order by name`),
    raiseFloor: (name, epoch) =>
      `insert into ${at}.floor (name, epoch) values (${escapeLiteral(name)}, ${epoch}) on conflict (name) do update set epoch = ${epoch};`,
  };
}

/** One text has one name, whoever else shares the connection; the server keeps 63 characters of it. */
export function prepared(text: string): Statement {
  return { name: `tenure-${createHash("sha256").update(text).digest("base64url")}`, text };
}
