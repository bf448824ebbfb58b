// Written by tools/generate.mjs; do not edit.
import type { JsonSchema } from "../json-schema-type.ts";

// oxfmt-ignore
export const eventJsonSchema: JsonSchema = {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "urn:tenure:schema:event:1",
  "title": "tenure event",
  "type": "object",
  "properties": {
    "type": {
      "type": "string",
      "enum": [
        "lease.acquired",
        "lease.taken_over",
        "lease.renewed",
        "lease.released",
        "lease.transfer_requested",
        "lease.transferred",
        "lease.revoked",
        "lease.paused",
        "lease.resumed",
        "lease.renew_failed",
        "lease.jeopardy",
        "lease.safe",
        "lease.lost",
        "lease.fenced",
        "lease.epoch_regression",
        "lease.state_corrupt",
        "lease.identity_collision",
        "clock.suspended",
        "clock.stepped"
      ]
    },
    "name": {
      "type": "string",
      "pattern": "^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$",
      "description": "a lease name is 1 to 128 letters, digits, '.', '_' and '-', and starts with a letter, a digit or '_'"
    },
    "time": {
      "type": "string",
      "pattern": "^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?Z$",
      "description": "a time is RFC 3339 in UTC and ends with Z, as 2026-01-31T08:30:00.000Z"
    },
    "epoch": {
      "type": "integer",
      "minimum": 0,
      "maximum": 9007199254740991
    },
    "holderIdentity": {
      "type": [
        "string",
        "null"
      ],
      "pattern": "^[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]{1,256}$",
      "description": "an identity is 1 to 256 characters, none of them control, bidi, zero-width or line-separating"
    },
    "ended": {
      "type": "object",
      "properties": {
        "epoch": {
          "type": "integer",
          "minimum": 0,
          "maximum": 9007199254740991
        },
        "holderIdentity": {
          "type": [
            "string",
            "null"
          ],
          "pattern": "^[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]{1,256}$",
          "description": "an identity is 1 to 256 characters, none of them control, bidi, zero-width or line-separating"
        },
        "how": {
          "type": "string",
          "enum": [
            "vacant",
            "released",
            "transferred",
            "holder-dead",
            "expired",
            "record-lost"
          ]
        },
        "time": {
          "type": "string",
          "pattern": "^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?Z$",
          "description": "a time is RFC 3339 in UTC and ends with Z, as 2026-01-31T08:30:00.000Z"
        },
        "evidence": {
          "type": "string",
          "pattern": "^[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]{0,1024}$",
          "description": "a remark is at most 1024 characters, none of them control, bidi, zero-width or line-separating"
        }
      },
      "required": [
        "epoch",
        "holderIdentity",
        "how"
      ]
    },
    "releaseReason": {
      "type": "string",
      "enum": [
        "completed",
        "stopped",
        "failed",
        "transferred"
      ]
    },
    "lossReason": {
      "type": "string",
      "enum": [
        "released",
        "transferred",
        "taken-over",
        "revoked",
        "renewal-stopped",
        "event-loop-stall",
        "suspended",
        "store-unreachable",
        "store-slow",
        "permission-denied",
        "identity-collision",
        "epoch-regression",
        "state-corrupt",
        "holder-dead",
        "holder-stopped",
        "work-stalled"
      ]
    },
    "by": {
      "type": "string",
      "pattern": "^[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]{1,256}$",
      "description": "an identity is 1 to 256 characters, none of them control, bidi, zero-width or line-separating"
    },
    "remark": {
      "type": "string",
      "pattern": "^[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]{0,1024}$",
      "description": "a remark is at most 1024 characters, none of them control, bidi, zero-width or line-separating"
    },
    "remainingMs": {
      "type": "number",
      "minimum": 0,
      "maximum": 31622400000
    }
  },
  "required": [
    "type",
    "name",
    "time",
    "epoch",
    "holderIdentity"
  ]
};
