// What the tally needs to know of a test run, as JSON: every test with its outcome and the note of a skip, and errors outside tests.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";

export class TallyReporter {
  constructor(path) {
    this.path = path;
  }

  onInit(vitest) {
    this.root = vitest.config.root;
  }

  onTestRunEnd(modules, unhandledErrors, reason) {
    const tests = [];
    const errors = unhandledErrors.map((error) => error.message);
    for (const module of modules) {
      for (const error of module.errors()) errors.push(`${module.relativeModuleId}: ${error.message}`);
      for (const suite of module.children.allSuites()) {
        for (const error of suite.errors())
          errors.push(`${module.relativeModuleId} > ${suite.fullName}: ${error.message}`);
      }
      for (const test of module.children.allTests()) tests.push(describe(module, test));
    }
    const path = resolve(this.root, this.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify({ reason, errors, tests }, null, 1));
  }
}

function describe(module, test) {
  const { state, note, errors } = test.result();
  const [error] = errors ?? [];
  const said = [error?.message, error?.diff].filter(Boolean).join("\n");
  const message = said === "" ? undefined : stripVTControlCharacters(said);
  return { file: module.relativeModuleId, name: test.fullName, state, note, message };
}
