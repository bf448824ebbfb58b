// Written by tools/generate.mjs; do not edit.
import type { JsonSchema } from "../json-schema-type.ts";

// oxfmt-ignore
export const runJsonSchema: JsonSchema = {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "urn:tenure:schema:run:1",
  "title": "tenure run",
  "type": "object",
  "properties": {
    "schemaVersion": {
      "type": "string",
      "pattern": "^1\\.\\d{1,6}$",
      "description": "this schema describes versions 1.x"
    },
    "startTime": {
      "type": "string",
      "pattern": "^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?Z$",
      "description": "a time is RFC 3339 in UTC and ends with Z, as 2026-01-31T08:30:00.000Z"
    },
    "bootId": {
      "type": "string",
      "pattern": "^[\\x21-\\x7e]{1,128}$",
      "description": "a machine token is 1 to 128 visible ASCII characters"
    },
    "startedBoottimeMs": {
      "type": "number",
      "minimum": 0,
      "maximum": 3162240000000
    },
    "epoch": {
      "type": "integer",
      "minimum": 0,
      "maximum": 9007199254740991
    },
    "trigger": {
      "type": "string",
      "enum": [
        "manual",
        "restarted",
        "probe",
        "continued"
      ]
    },
    "end": {
      "type": [
        "string",
        "null"
      ],
      "enum": [
        "completed",
        "failed",
        "lost",
        "stopped",
        "interrupted",
        null
      ]
    },
    "durationMs": {
      "type": [
        "number",
        "null"
      ],
      "minimum": 0,
      "maximum": 31622400000
    },
    "exitCode": {
      "type": [
        "integer",
        "null"
      ],
      "minimum": 0,
      "maximum": 255
    },
    "signal": {
      "type": [
        "string",
        "null"
      ],
      "pattern": "^SIG[A-Z0-9+]{1,16}$",
      "description": "a signal is written SIGTERM"
    },
    "lastOutput": {
      "type": "string",
      "pattern": "^[^\\p{Cs}]{0,4096}$",
      "description": "the last output is at most 4096 characters"
    },
    "judged": {
      "type": "string",
      "pattern": "^[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]{0,1024}$",
      "description": "a remark is at most 1024 characters, none of them control, bidi, zero-width or line-separating"
    },
    "isFollowed": {
      "type": "boolean"
    }
  },
  "required": [
    "schemaVersion",
    "startTime",
    "bootId",
    "startedBoottimeMs",
    "epoch",
    "trigger",
    "end",
    "durationMs",
    "exitCode",
    "signal",
    "lastOutput",
    "isFollowed"
  ]
};
