import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { serveMessages } from "./child.ts";

// A worker: servers that read a form and answer a fixed JSON of a token answer's size, and do nothing between.

export type NoopServer = "node:http" | "hono";

const BODY = JSON.stringify({
  token_type: "Bearer",
  expires_in: 3600,
  access_token: randomBytes(580).toString("base64url"),
  refresh_token: randomBytes(57).toString("base64url"),
  refresh_token_expires_in: 864_000,
  refresh_token_timeout: 864_000,
  authorization_expires_in: 31_536_000,
  refresh_token_retry_window: 120,
});

const HEADERS = {
  "Content-Type": "application/json; charset=UTF-8",
  "Cache-Control": "no-store",
  Pragma: "no-cache",
  "X-Content-Type-Options": "nosniff",
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "Date, Retry-After, WWW-Authenticate, X-Request-Id",
};

const SERVERS: Record<NoopServer, () => Server> = {
  "node:http": plainServer,
  hono: honoServer,
};

function plainServer(): Server {
  return createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const form = Buffer.concat(chunks).toString();
      if (form.length === 0) response.writeHead(400).end();
      else response.writeHead(200, { ...HEADERS, "Content-Length": BODY.length }).end(BODY);
    });
  });
}

/** The way of Regrant's HTTP face: `Request` in, `Response` with plain headers out. */
function honoServer(): Server {
  const app = new Hono();
  app.post("/oauth/token", async (c) => {
    const form = await c.req.raw.text();
    return new Response(form === "" ? null : BODY, { status: form === "" ? 400 : 200, headers: HEADERS });
  });
  return createAdaptorServer({ fetch: app.fetch }) as Server;
}

/** @returns the port it listens on */
function listen(name: NoopServer): Promise<number> {
  const server = SERVERS[name]();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

if (process.argv[1] === import.meta.filename) serveMessages(listen);
