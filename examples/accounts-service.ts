// A provider's own service that tells Regrant whose password it is, in plain Node.js. Run it:
//   ACCOUNTS_SECRET=whsec_… node examples/accounts-service.ts
import { createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** Your own check: who it is, or undefined for an unknown username and a wrong password alike. */
export type CheckPassword = (
  username: string,
  password: string,
) => Promise<{ id: string; name: string } | undefined>;

export interface ExampleOptions {
  port: number;
  /** As Regrant has it in REGRANT_ACCOUNTS_SECRET. */
  secret: string;
  check: CheckPassword;
}

const TOLERANCE = 300; // s

export async function start({ port, secret, check }: ExampleOptions) {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const seen = new Map<string, number>(); // ids of the last minutes: with several processes, keep them in your database

  const isGenuine = (headers: IncomingHttpHeaders, body: string): boolean => {
    const now = Date.now() / 1000;
    const header = (name: string) => String(headers[`webhook-${name}`] ?? "");
    const [id, timestamp] = [header("id"), header("timestamp")];
    if (!/^\d+$/.test(timestamp) || Math.abs(now - Number(timestamp)) > TOLERANCE) return false;
    const mac = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest();
    const signed = header("signature")
      .split(" ")
      .some((entry) => {
        const given = Buffer.from(entry.replace(/^v1,/, ""), "base64");
        return entry.startsWith("v1,") && given.length === mac.length && timingSafeEqual(given, mac);
      });
    if (!signed || seen.has(id)) return false;
    for (const [old, at] of seen) if (now - at > 2 * TOLERANCE) seen.delete(old);
    seen.set(id, now);
    return true;
  };

  const answer = async (headers: IncomingHttpHeaders, body: string): Promise<object | undefined> => {
    if (!isGenuine(headers, body)) return undefined;
    const { username, password } = JSON.parse(body) as { username: string; password: string };
    const account = await check(username, password);
    if (account === undefined) return { outcome: "refused" };
    return { outcome: "accepted", subject: account.id, claims: { name: account.name } };
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request); // Regrant's are below 4 KiB: limit what others may send
    const given = await answer(request.headers, body);
    response.writeHead(given === undefined ? 401 : 200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(given ?? {}));
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.writeHead(500).end());
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { stop };
}

if (import.meta.main) {
  const check: CheckPassword = async (username, password) =>
    username === "ada" && password === "correct horse battery staple" ? { id: "1", name: "Ada" } : undefined;
  await start({ port: 3001, secret: process.env["ACCOUNTS_SECRET"] ?? "", check });
  console.log("http://127.0.0.1:3001/");
}
