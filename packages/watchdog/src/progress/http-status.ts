/** Asks once, on a connection of its own, and reads nothing but the status. Redirects are not followed. */
export async function statusOf(url: string, signal: AbortSignal): Promise<number> {
  const { get } = url.startsWith("https:") ? await import("node:https") : await import("node:http");
  return await new Promise((resolve, reject) => {
    const request = get(url, { agent: false, signal }, (response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    // Also the abort of a body nobody waits for, after the answer.
    request.on("error", reject);
  });
}
