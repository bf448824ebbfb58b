import type { ViteUserConfig } from "vitest/config";

/** The one vitest configuration of every package; `test` overrides single settings. */
export declare function vitestConfig(test?: ViteUserConfig["test"]): ViteUserConfig;
