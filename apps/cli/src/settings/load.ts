import { NotRecognisedError, recogniseConfiguration } from "./recognise.ts";
import { resolveSettings, type Settings, type SettingsSources } from "./settings.ts";

/** Settles the settings, with the whole schema where the quick look at a file does not settle it. */
export async function loadSettings(sources: SettingsSources): Promise<Settings> {
  try {
    return resolveSettings(sources, recogniseConfiguration);
  } catch (error) {
    if (!(error instanceof NotRecognisedError)) throw error;
    const { checkConfiguration } = await import("./check.ts");
    return resolveSettings(sources, checkConfiguration);
  }
}
