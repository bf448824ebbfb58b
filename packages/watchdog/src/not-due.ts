/** The command may not be started yet, by what is remembered of earlier runs here. */
export class NotDueError extends Error {
  override readonly name = "NotDueError";
}
