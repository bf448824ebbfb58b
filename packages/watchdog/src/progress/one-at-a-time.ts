/**
 * As `look`, but of one path there is one look under way at most: the others wait for its end, and then look for themselves. One that
 * hangs with its disk keeps a thread of Node's, of which there are four for all files of the process.
 */
export function oneAtATime<Found>(look: (path: string) => Promise<Found>): (path: string) => Promise<Found> {
  const underWay = new Map<string, Promise<void>>();
  return async (path) => {
    for (let other = underWay.get(path); other !== undefined; other = underWay.get(path)) await other;
    const found = look(path);
    const end = (): void => void underWay.delete(path);
    underWay.set(path, found.then(end, end));
    return await found;
  };
}
