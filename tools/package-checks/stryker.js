/**
 * The one configuration of Stryker: the files named by `mutate` are changed in a copy of the package, one small wrong change at a time,
 * and only the tests that reach the change are run, one process after another.
 */
export function strykerConfig(settings) {
  return {
    packageManager: "pnpm",
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    coverageAnalysis: "perTest",
    concurrency: 1,
    vitest: { configFile: "vitest.mutation.config.ts" },
    ignoreStatic: true,
    // Tests hold people to codes and reasons, and leave the words of a message free.
    mutator: { excludedMutations: ["StringLiteral"] },
    // Those of the package itself apply to the copy inside it; Stryker would read them with an older compiler.
    tsconfigFile: "none",
    tempDirName: ".stryker-tmp",
    cleanTempDir: "always",
    ignorePatterns: ["tsconfig.json", "test/tsconfig.json", "dist", ".types", ".vitest", "etc", "coverage"],
    reporters: ["clear-text", "json", "progress-append-only"],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    jsonReporter: { fileName: ".vitest/mutation.json" },
    ...settings,
  };
}
