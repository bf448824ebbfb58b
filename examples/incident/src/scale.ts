/** So many times as fast as it was: a minute is a second, unless the environment says otherwise. */
export const SPEED: number = Number(process.env["SPEED"] ?? 60);

/** What the system was set to, in milliseconds of its own time. */
export const leaseMs: number = 180_000 / SPEED;
export const beatMs: number = 60_000 / SPEED;
export const pollMs: number = 60_000 / SPEED;
export const graceMs: number = 30_000 / SPEED;

/** How long sessions lasted, in seconds of the real one: between 57 and 627, half of them below 111. Drawn once, so that both systems get the same. */
const sessionSeconds = [111, 84, 132, 57, 96, 118, 240, 73, 105, 168, 62, 101, 126, 91, 300, 79, 109, 627];

export function sessionMs(count: number): number {
  return ((sessionSeconds[count % sessionSeconds.length] ?? 111) * 1_000) / SPEED;
}
