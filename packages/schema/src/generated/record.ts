// Written by tools/generate.mjs; do not edit.
// oxlint-disable unicorn/no-thenable -- the keyword of JSON Schema
import type { JsonSchema } from "../json-schema-type.ts";

// oxfmt-ignore
export const recordJsonSchema: JsonSchema = {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "urn:tenure:schema:record:1",
  "title": "tenure record",
  "type": "object",
  "properties": {
    "schemaVersion": {
      "type": "string",
      "pattern": "^1\\.\\d{1,6}$",
      "description": "this schema describes versions 1.x"
    },
    "name": {
      "type": "string",
      "pattern": "^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$",
      "description": "a lease name is 1 to 128 letters, digits, '.', '_' and '-', and starts with a letter, a digit or '_'"
    },
    "holderIdentity": {
      "type": [
        "string",
        "null"
      ],
      "pattern": "^[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]{1,256}$",
      "description": "an identity is 1 to 256 characters, none of them control, bidi, zero-width or line-separating"
    },
    "holder": {
      "type": [
        "object",
        "null"
      ],
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
    },
    "epoch": {
      "type": "integer",
      "minimum": 0,
      "maximum": 9007199254740991
    },
    "nonce": {
      "type": "string",
      "pattern": "^[A-Za-z0-9_-]{8,64}$",
      "description": "a nonce is 8 to 64 letters, digits, '_' and '-'"
    },
    "renewer": {
      "type": [
        "object",
        "null"
      ],
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
    },
    "child": {
      "type": [
        "object",
        "null"
      ],
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
    },
    "leaseDurationMs": {
      "type": "number",
      "minimum": 0,
      "maximum": 31622400000
    },
    "renewDeadlineMs": {
      "type": "number",
      "minimum": 0,
      "maximum": 31622400000
    },
    "lockDelayMs": {
      "type": "number",
      "minimum": 0,
      "maximum": 31622400000
    },
    "acquireTime": {
      "type": [
        "string",
        "null"
      ],
      "pattern": "^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?Z$",
      "description": "a time is RFC 3339 in UTC and ends with Z, as 2026-01-31T08:30:00.000Z"
    },
    "renewTime": {
      "type": [
        "string",
        "null"
      ],
      "pattern": "^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?Z$",
      "description": "a time is RFC 3339 in UTC and ends with Z, as 2026-01-31T08:30:00.000Z"
    },
    "renewals": {
      "type": "integer",
      "minimum": 0,
      "maximum": 9007199254740991
    },
    "leaseTransitions": {
      "type": "integer",
      "minimum": 0,
      "maximum": 9007199254740991
    },
    "deadline": {
      "type": [
        "object",
        "null"
      ],
      "properties": {
        "bootId": {
          "type": "string",
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
        "boottimeMs": {
          "type": "number",
          "minimum": 0,
          "maximum": 3162240000000
        }
      },
      "required": [
        "bootId",
        "timeNamespace",
        "boottimeMs"
      ]
    },
    "releaseTime": {
      "type": [
        "string",
        "null"
      ],
      "pattern": "^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?Z$",
      "description": "a time is RFC 3339 in UTC and ends with Z, as 2026-01-31T08:30:00.000Z"
    },
    "releaseReason": {
      "type": [
        "string",
        "null"
      ],
      "enum": [
        "completed",
        "stopped",
        "failed",
        "transferred",
        null
      ]
    },
    "preferredHolder": {
      "type": [
        "object",
        "null"
      ],
      "properties": {
        "holderIdentity": {
          "type": "string",
          "pattern": "^[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]{1,256}$",
          "description": "an identity is 1 to 256 characters, none of them control, bidi, zero-width or line-separating"
        },
        "expiresAfterMs": {
          "type": "number",
          "minimum": 0,
          "maximum": 31622400000
        }
      },
      "required": [
        "holderIdentity",
        "expiresAfterMs"
      ]
    },
    "paused": {
      "type": [
        "object",
        "null"
      ],
      "properties": {
        "by": {
          "type": "string",
          "pattern": "^[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]{1,256}$",
          "description": "an identity is 1 to 256 characters, none of them control, bidi, zero-width or line-separating"
        },
        "nonce": {
          "type": "string",
          "pattern": "^[A-Za-z0-9_-]{8,64}$",
          "description": "a nonce is 8 to 64 letters, digits, '_' and '-'"
        },
        "reason": {
          "type": "string",
          "pattern": "^[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]{0,1024}$",
          "description": "a remark is at most 1024 characters, none of them control, bidi, zero-width or line-separating"
        },
        "expiresAfterMs": {
          "type": "number",
          "minimum": 0,
          "maximum": 31622400000
        }
      },
      "required": [
        "by",
        "nonce",
        "reason",
        "expiresAfterMs"
      ]
    },
    "revoked": {
      "type": [
        "object",
        "null"
      ],
      "properties": {
        "by": {
          "type": "string",
          "pattern": "^[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]{1,256}$",
          "description": "an identity is 1 to 256 characters, none of them control, bidi, zero-width or line-separating"
        },
        "reason": {
          "type": "string",
          "pattern": "^[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]{0,1024}$",
          "description": "a remark is at most 1024 characters, none of them control, bidi, zero-width or line-separating"
        },
        "time": {
          "type": "string",
          "pattern": "^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?Z$",
          "description": "a time is RFC 3339 in UTC and ends with Z, as 2026-01-31T08:30:00.000Z"
        }
      },
      "required": [
        "by",
        "reason",
        "time"
      ]
    }
  },
  "required": [
    "schemaVersion",
    "name",
    "holderIdentity",
    "holder",
    "epoch",
    "nonce",
    "renewer",
    "child",
    "leaseDurationMs",
    "renewDeadlineMs",
    "lockDelayMs",
    "acquireTime",
    "renewTime",
    "renewals",
    "leaseTransitions",
    "deadline",
    "releaseTime",
    "releaseReason",
    "preferredHolder",
    "paused",
    "revoked"
  ],
  "if": {
    "properties": {
      "holderIdentity": {
        "type": "null"
      }
    }
  },
  "then": {
    "properties": {
      "holder": {
        "type": "null"
      }
    }
  },
  "else": {
    "properties": {
      "holder": {
        "type": "object"
      }
    }
  }
};
