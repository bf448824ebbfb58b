/** Where a foreign leader file keeps what a lease needs: JSON pointers (RFC 6901). */
export interface Adoption {
  /** A text; null or empty when nobody leads. */
  readonly holderIdentity: string;
  readonly epoch: string;
  /** ISO 8601 text, in UTC where it names no zone, or milliseconds since 1970. */
  readonly lastHeartbeat: string;
  readonly leaseDurationMs: string;
}

/** The file this project began with. */
export const orchestratorAdoption: Adoption = {
  holderIdentity: "/leader_id",
  epoch: "/leader_epoch",
  lastHeartbeat: "/last_heartbeat",
  leaseDurationMs: "/ttl_ms",
};
