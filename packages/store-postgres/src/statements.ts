import { createHash } from "node:crypto";
import { escapeIdentifier, escapeLiteral } from "pg";
import { channelOf, DDL_VERSION } from "./ddl.ts";

/** Lines of the journal that are fetched at once. */
const PAGE = 500;

/** Planned once a connection, under a name that stands for its text. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Who answers, beside what was asked for: the store its tables are of, if any, and whether it may be behind. */
export interface Here {
  readonly store_id: string | null;
  readonly is_standby: boolean;
}

/** What is asked of the server, for the tables of one schema. */
export interface Statements {
  readonly read: Statement;
  /**
   * Any number of swaps of one store; they come as one array for each parameter, and bring a row each, in the same order. Where the tables
   * are of another store, none is made, and there is one row without an outcome.
   */
  readonly swap: Statement;
  /** Tells those who watch any of these leases. */
  readonly tell: Statement;
  /** A row for each line, or one without a revision. */
  readonly journal: Statement;
  readonly page: number;
  /** A row for each lease, or one without a name. */
  readonly list: Statement;
  readonly raiseFloor: (name: string, epoch: number) => string;
  /** Names the tables by a store that is gone. */
  readonly bringBack: (storeId: string) => string;
}

const SWAP_PARAMETERS = ["text", "text", "json", "json", "boolean"];

export function statementsFor(schema: string): Statements {
  const at = escapeIdentifier(schema);
  const here = `(select id from ${at}.store) as store_id, pg_is_in_recovery() as is_standby`;
  return {
    read: prepared(`select ${here}, l.record, ${at}.revision_of(l.revision, l.record, f.epoch) as revision,
  (extract(epoch from clock_timestamp() - l.changed_at) * 1000)::float8 as age_ms,
  coalesce(f.epoch, 0) as floor_epoch, coalesce(f.wait_ms, 0) as floor_wait_ms
from (select $1::text as name) asked
  left join ${at}.lease l on l.name = asked.name
  left join ${at}.floor f on f.name = asked.name`),
    // In another store nothing is there to be swapped, in whatever order it is planned.
    swap: prepared(`select here.store_id, s.outcome, s.revision, s.floor_epoch, s.floor_wait_ms
from (select ${here}) here
  left join (
    lateral unnest(${SWAP_PARAMETERS.map((type, at) => `case when here.store_id = $6 then $${at + 1}::${type}[] end`).join(", ")})
      with ordinality as asked(name, expected, record, event, tells, at)
    cross join lateral ${at}.swap(asked.name, asked.expected, asked.record, asked.event, asked.tells) s
  ) on true
order by asked.at`),
    // Nothing is lost with it, so it does not wait for the disk, nor keep it from those who do.
    tell: prepared(
      `select set_config('synchronous_commit', 'off', true), pg_notify(${escapeLiteral(channelOf(schema))}, name) from unnest($1::text[]) as name`,
    ),
    // A revision reads NUMBER.NONCE, or lost.EPOCH where no record stood.
    journal: prepared(`select here.*, line.revision, line.event, line.record
from (select ${here}) here left join lateral (
  select j.revision as number, j.revision || '.' || (j.record->>'nonce') as revision, j.event, j.record
  from ${at}.journal j
  where j.name = $1 and j.revision > case
    when $2 like 'lost.%' then coalesce((select max(k.revision) from ${at}.journal k
      where k.name = $1 and (k.record->>'epoch')::bigint <= split_part($2, '.', 2)::bigint), 0)
    else split_part($2, '.', 1)::bigint end
  order by j.revision limit $3
) line on true
order by line.number`),
    page: PAGE,
    list: prepared(`select here.*, known.name
from (select ${here}) here
  left join (select name from ${at}.floor where epoch > 0 union select name from ${at}.lease) known on true
order by known.name`),
    raiseFloor: (name, epoch) =>
      `insert into ${at}.floor as f (name, epoch) values (${escapeLiteral(name)}, ${epoch}) on conflict (name) do update set epoch = greatest(f.epoch, excluded.epoch);`,
    bringBack: (storeId) =>
      `insert into ${at}.store (id, ddl_version) values (${escapeLiteral(storeId)}, ${DDL_VERSION}) on conflict (only_one) do update set id = excluded.id;`,
  };
}

/** One text has one name, whoever else shares the connection; the server keeps 63 characters of it. */
export function prepared(text: string): Statement {
  return { name: `tenure-${createHash("sha256").update(text).digest("base64url")}`, text };
}
