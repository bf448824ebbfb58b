import type { Configuration } from "@tenure/schema";
import {
  DURATION_MAX_MS,
  isHolderIdentity,
  isLeaseName,
  parseDuration,
  parseProgressOrigin,
} from "@tenure/schema/light";
import { keyForms, keysOf, timingKeys } from "./keys.ts";

/** Not a verdict: the schema itself has to say what is wrong, if anything is. */
export class NotRecognisedError extends Error {}

/**
 * Accepts a part of what the configuration schema accepts, and nothing else, without loading it: so that `tenure status` starts
 * fast and still never acts on what was not checked.
 * @throws NotRecognisedError for everything that is not plainly right.
 */
export function recogniseConfiguration(value: unknown): Configuration {
  if (!isObjectOf(value, topLevel)) throw new NotRecognisedError();
  return value as Configuration;
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string" && value.length > 0 && value.length <= 1024;

const timing: Readonly<Record<string, Check>> = Object.fromEntries(
  timingKeys.map((key) => [keyForms[key].path.replace("timing.", ""), isDuration]),
);
const timingFields: Readonly<Record<string, Check>> = {
  ...timing,
  jitterFactor: (value) => isNumberIn(value, 1, 10),
  clockRateError: (value) => isNumberIn(value, 0, 0.5),
};
const isTiming: Check = (value) => isObjectOf(value, timingFields);

const restartFields: Readonly<Record<string, Check>> = Object.fromEntries(
  keysOf("restart").map((key) => {
    const { kind, path, choices } = keyForms[key];
    const isChoice: Check = (value) => choices?.includes(value as string) === true;
    const isCount: Check = (value) => isNumberIn(value, 1, 100) && Number.isInteger(value);
    return [path.replace("restart.", ""), kind === "choice" ? isChoice : kind === "number" ? isCount : isDuration];
  }),
);
const isRestart: Check = (value) => isObjectOf(value, restartFields);

const isProgress: Check = (value) =>
  isObjectOf(value, { from: isProgressOrigin, deadline: isDuration, grace: isDuration });

const topLevel: Readonly<Record<string, Check>> = {
  $schema: isText,
  directory: isText,
  floorDirectory: isText,
  store: isText,
  storePasswordFile: isText,
  storeId: (value) => typeof value === "string" && /^[\x21-\x7e]{1,128}$/u.test(value),
  holderIdentity: isHolderIdentity,
  timing: isTiming,
  restart: isRestart,
  progress: isProgress,
  leases: (value) =>
    isObject(value) &&
    Object.entries(value).every(
      ([name, lease]) =>
        isLeaseName(name) && isObjectOf(lease, { timing: isTiming, restart: isRestart, progress: isProgress }),
    ),
};

function isObjectOf(value: unknown, fields: Readonly<Record<string, Check>>): boolean {
  return (
    isObject(value) &&
    Object.entries(value).every(([key, field]) => Object.hasOwn(fields, key) && fields[key]?.(field) === true)
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNumberIn(value: unknown, least: number, most: number): boolean {
  return typeof value === "number" && value >= least && value <= most;
}

function isProgressOrigin(value: unknown): boolean {
  try {
    return typeof value === "string" && parseProgressOrigin(value) !== null;
  } catch {
    return false;
  }
}

function isDuration(value: unknown): boolean {
  if (typeof value === "number") return isNumberIn(value, 0, DURATION_MAX_MS);
  try {
    return typeof value === "string" && parseDuration(value) >= 0;
  } catch {
    return false;
  }
}
