import { DiscardPolicy, RetentionPolicy, StorageType, type StreamConfig, type StreamInfo } from "@nats-io/jetstream";
import { LeaseError } from "@tenure/core";

/** Of one lease; the server drops older ones. */
const JOURNAL_LINES_MAX = 10_000;
/** No lease name holds an equals sign. */
const STORE_KEY = "=store";

/** A key-value bucket, as NATS lays one out in a stream: other tools may read it. */
export class Bucket {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  get stream(): string {
    return `KV_${this.name}`;
  }

  /** Names the store for good. */
  get store(): string {
    return this.#subject(STORE_KEY);
  }

  /** Whatever stands for any lease. */
  get all(): string {
    return this.#subject(">");
  }

  lease(name: string): string {
    return this.#subject(this.key(name));
  }

  /** A dot would part a key; no lease name holds a slash. */
  key(name: string): string {
    return name.replaceAll(".", "/");
  }

  /** `null` for what is no lease. */
  nameOf(subject: string): string | null {
    const key = subject.slice(this.#subject("").length);
    return key === STORE_KEY ? null : key.replaceAll("/", ".");
  }

  /** As it is made: on disk, bounded by nothing but the length of each journal, and nothing in it can be removed. */
  config(replicas: number): Partial<StreamConfig> & { readonly name: string } {
    return {
      name: this.stream,
      description: "leases of tenure, with their journals",
      subjects: [this.all],
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
      discard: DiscardPolicy.Old,
      num_replicas: replicas,
      max_msgs_per_subject: JOURNAL_LINES_MAX,
      deny_delete: true,
      deny_purge: true,
      allow_rollup_hdrs: false,
      // A replica may answer of the past.
      allow_direct: false,
    };
  }

  #subject(key: string): string {
    return `$KV.${this.name}.${key}`;
  }
}

/** @throws LeaseError `ECONFIG` for a bucket that cannot keep leases, with what to do. */
export function refuseUnfit(bucket: Bucket, { config }: Pick<StreamInfo, "config">): void {
  const makeAnew = `name another with ?bucket=NAME, which tenure then makes, or change it`;
  const refuse = (why: string): never => {
    throw new LeaseError("ECONFIG", `NATS: bucket ${bucket.name} ${why}`);
  };
  if (config.storage !== StorageType.File)
    refuse(`is kept in memory, so a restart of its server would begin the epochs again; ${makeAnew}`);
  if (config.mirror !== undefined || config.sealed)
    refuse(`takes no writes, since it is a ${config.sealed ? "sealed one" : "mirror"}; ${makeAnew}`);
  if (config.max_age > 0) refuse(`drops what is ${config.max_age / 1e9} s old (max_age), epochs with it; ${makeAnew}`);
  if (config.max_bytes > 0 || config.max_msgs > 0)
    refuse(`drops leases when it is full (max_bytes or max_msgs); ${makeAnew}`);
  if (config.max_msgs_per_subject === 1)
    refuse(`keeps no history, by which a write is told from one of before a restore; ${makeAnew}`);
}
