import { setTimeout as pause } from "node:timers/promises";
import type { Server } from "../child.ts";

/** A server in Java needs minutes on a busy machine, ms. */
const PATIENCE = 600_000;

/** A server that is no package of npm: what the environment variable names. */
export function installed(variable: string): string {
  const path = process.env[variable];
  if (path !== undefined) return path;
  throw new Error(
    `${variable} is not set: eval "$(node bench/install-servers.ts FOLDER)" installs what it names`,
  );
}

/** Requests a URL with the cookies so far, and keeps those that it sets. Returns where it redirects to. */
export async function followed(url: string, cookies: Map<string, string>): Promise<URL> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const response = await fetch(url, { redirect: "manual", headers: { cookie } });
  await response.arrayBuffer();
  for (const text of response.headers.getSetCookie()) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
    cookies.set(name, value);
  }
  const location = response.headers.get("location");
  if (location === null) throw new Error(`${url} redirects nowhere: ${response.status}`);
  return new URL(location, url);
}

/** Waits until a server answers a URL with 200. */
export async function untilAnswered(server: Server, url: string): Promise<void> {
  for (const started = performance.now(); ; await pause(100)) {
    const late = performance.now() - started > PATIENCE ? "it does not answer" : undefined;
    const cause = server.ended() ?? late;
    if (cause !== undefined) throw new Error(`${url}: ${cause}`);
    const status = await fetch(url).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => undefined,
    );
    if (status === 200) return;
  }
}
