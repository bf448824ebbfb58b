// Written by tools/generate.mjs; do not edit.
import type { JsonSchema } from "../json-schema-type.ts";

// oxfmt-ignore
export const processIdentityJsonSchema: JsonSchema = {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "urn:tenure:schema:process-identity:1",
  "title": "tenure process-identity",
  "type": "object",
  "properties": {
    "instanceId": {
      "type": "string",
      "pattern": "^[\\x21-\\x7e]{1,128}$",
      "description": "a machine token is 1 to 128 visible ASCII characters"
    },
    "hostId": {
      "type": "string",
      "pattern": "^[\\x21-\\x7e]{1,128}$",
      "description": "a machine token is 1 to 128 visible ASCII characters"
    },
    "bootId": {
      "type": "string",
      "pattern": "^[\\x21-\\x7e]{1,128}$",
      "description": "a machine token is 1 to 128 visible ASCII characters"
    },
    "pid": {
      "type": [
        "integer",
        "null"
      ],
      "minimum": 1,
      "maximum": 2147483648
    },
    "processStartTime": {
      "type": [
        "string",
        "null"
      ],
      "pattern": "^[\\x21-\\x7e]{1,128}$",
      "description": "a machine token is 1 to 128 visible ASCII characters"
    },
    "pidNamespace": {
      "type": [
        "string",
        "null"
      ],
      "pattern": "^[\\x21-\\x7e]{1,128}$",
      "description": "a machine token is 1 to 128 visible ASCII characters"
    },
    "timeNamespace": {
      "type": [
        "string",
        "null"
      ],
      "pattern": "^[\\x21-\\x7e]{1,128}$",
      "description": "a machine token is 1 to 128 visible ASCII characters"
    },
    "serviceName": {
      "type": [
        "string",
        "null"
      ],
      "pattern": "^[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]{0,1024}$",
      "description": "a remark is at most 1024 characters, none of them control, bidi, zero-width or line-separating"
    }
  },
  "required": [
    "instanceId",
    "hostId",
    "bootId",
    "pid",
    "processStartTime",
    "pidNamespace",
    "timeNamespace",
    "serviceName"
  ]
};
