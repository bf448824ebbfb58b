import { LeaseError } from "@tenure/core";
import { escapeIdentifier, escapeLiteral } from "pg";
import { fenceDdl } from "./fence-ddl.ts";

/** Raised with every change of the tables or the function. A server that has a higher one belongs to a newer build. */
export const DDL_VERSION = 3;
/** What needs no quotes in any text of a statement, and leaves room for the channel's name in the 63 characters of a name. */
const SCHEMA = /^[\w-]{1,56}$/u;
/** Of one lease; older lines are dropped. */
const JOURNAL_LINES_MAX = 10_000;

/**
 * What tenure keeps in a database, as statements to run once; running them again changes nothing. The lease row holds the record, the
 * floor outlives it, and `swap` is the one way either changes: one lock, one look, one write with its journal line.
 * @throws LeaseError `ECONFIG` for a schema whose name is none that tenure takes.
 */
export function ddl(schema: string): string {
  assertSchema(schema);
  const at = escapeIdentifier(schema);
  return `create schema if not exists ${at};

create table if not exists ${at}.store (
  only_one boolean primary key default true check (only_one),
  id text not null default gen_random_uuid(),
  ddl_version integer not null
);

create sequence if not exists ${at}.revision;

create table if not exists ${at}.lease (
  name text collate "C" primary key,
  record json not null,
  revision bigint not null,
  changed_at timestamptz not null
);

-- The highest epoch ever written, and the longest wait: kept when a lease row is lost.
create table if not exists ${at}.floor (
  name text collate "C" primary key,
  epoch bigint not null default 0,
  wait_ms bigint not null default 0
);

create table if not exists ${at}.journal (
  name text collate "C",
  revision bigint,
  event json not null,
  record json not null,
  primary key (name, revision)
);

-- Stable, as what it calls is: one that promises more cannot be made part of the query it stands in, and costs more than all the rest.
create or replace function ${at}.revision_of(revision bigint, record json, floor_epoch bigint) returns text
language sql stable as $$
  select case
    when revision is null then case when coalesce(floor_epoch, 0) = 0 then '0' else 'lost.' || floor_epoch end
    -- What cannot be read stands at a revision that nobody expects.
    when ((record->'epoch')::text ~ '^[0-9]{1,16}$') is not true or (record->>'nonce') is null then revision || '.'
    -- A row put back from an old copy is no record any more.
    when (record->>'epoch')::bigint < floor_epoch then 'lost.' || floor_epoch || '.' || revision
    else revision || '.' || (record->>'nonce')
  end
$$;

create or replace function ${at}.swap(
  of_lease text, expected text, next_record json, of_event json, tells boolean,
  out outcome text, out revision text, out floor_epoch bigint, out floor_wait_ms bigint
) language plpgsql
-- Each of its statements is planned once a connection, and not for each of the first five calls.
set plan_cache_mode = force_generic_plan
as $$
declare
  next_epoch bigint := (next_record->>'epoch')::bigint;
  next_wait_ms bigint := ceil((next_record->>'leaseDurationMs')::float8 + (next_record->>'lockDelayMs')::float8);
  stands text;
  next_revision bigint;
begin
  -- In memory, unlike one on a row. What is looked at after it is what the last one committed.
  perform pg_advisory_xact_lock(hashtextextended(${escapeLiteral(`${schema}.`)} || of_lease, 0));
  select coalesce(f.epoch, 0), coalesce(f.wait_ms, 0), ${at}.revision_of(l.revision, l.record, f.epoch)
    into floor_epoch, floor_wait_ms, stands
    from (select of_lease as name) asked
      left join ${at}.lease l on l.name = asked.name
      left join ${at}.floor f on f.name = asked.name;
  if stands is distinct from expected then
    outcome := 'conflict';
    return;
  end if;
  if next_epoch < floor_epoch or (stands like 'lost.%' and next_epoch = floor_epoch) then
    outcome := 'regression';
    return;
  end if;
  next_revision := nextval('${at}.revision');
  insert into ${at}.lease (name, record, revision, changed_at)
    values (of_lease, next_record, next_revision, clock_timestamp())
    on conflict (name) do update
      set record = excluded.record, revision = excluded.revision, changed_at = excluded.changed_at;
  if next_epoch > floor_epoch or next_wait_ms > floor_wait_ms then
    insert into ${at}.floor as f (name, epoch, wait_ms) values (of_lease, next_epoch, next_wait_ms)
      on conflict (name) do update set epoch = excluded.epoch, wait_ms = greatest(f.wait_ms, excluded.wait_ms)
      returning f.epoch, f.wait_ms into floor_epoch, floor_wait_ms;
  end if;
  insert into ${at}.journal (name, revision, event, record) values (of_lease, next_revision, of_event, next_record);
  -- Now and then, counted by the lease itself: the revisions are shared with all the others.
  if (next_epoch + (next_record->>'renewals')::bigint) % 256 = 0 then
    delete from ${at}.journal j where j.name = of_lease and j.revision <= (
      select k.revision from ${at}.journal k where k.name = of_lease
      order by k.revision desc offset ${JOURNAL_LINES_MAX} limit 1);
  end if;
  -- All transactions that tell something are committed one after another, each with its wait for the disk.
  if tells then
    perform pg_notify('${channelOf(schema)}', of_lease);
  end if;
  outcome := 'committed';
  revision := ${at}.revision_of(next_revision, next_record, floor_epoch);
end
$$;

${fenceDdl(schema)}
insert into ${at}.store (ddl_version) values (${DDL_VERSION})
  on conflict (only_one) do update set ddl_version = excluded.ddl_version;
`;
}

/** @throws LeaseError `ECONFIG`. */
export function assertSchema(schema: string): void {
  if (!SCHEMA.test(schema))
    throw new LeaseError(
      "ECONFIG",
      `PostgreSQL: the schema cannot be called ${JSON.stringify(schema)}; take up to 56 letters, digits, _ and -`,
    );
}

/** Where changes are told: each schema has a channel of its own. */
export function channelOf(schema: string): string {
  return `tenure_${schema}`;
}
