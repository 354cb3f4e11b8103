// Regrant mounted in a Hono app, under /auth. Run it: node examples/hono.ts
import { serve } from "@hono/node-server";
import { createRegrant } from "@regrant/server";
import { Hono } from "hono";

export async function start({ port = 3000, database = "sqlite:./data/example.db" } = {}) {
  const regrant = await createRegrant({
    issuer: `http://127.0.0.1:${port}/auth`,
    database,
    logLevel: "warn",
  });

  const app = new Hono();
  app.get("/", (c) => c.text("The host's own page"));
  app.all("/auth/*", (c) => regrant.fetch(c.req.raw, c.env));
  // RFC 8414 §3.1: where clients look for the metadata of an issuer with a path
  app.get("/.well-known/oauth-authorization-server/auth", (c) => regrant.fetch(c.req.raw, c.env));

  const server = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" });
  const stop = async () => {
    await new Promise((resolve) => server.close(resolve));
    await regrant.close();
  };
  return { regrant, stop };
}

if (import.meta.main) {
  await start();
  console.log("http://127.0.0.1:3000/auth/.well-known/jwks.json");
}
