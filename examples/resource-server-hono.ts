// An API that accepts Regrant's access tokens, in Hono. Run it beside `npm start`:
//   ISSUER=http://127.0.0.1:8787 CLIENT_ID=… CLIENT_SECRET=… node examples/resource-server-hono.ts
import { serve } from "@hono/node-server";
import { createVerifier, protectedResource } from "@regrant/verify";
import { requireToken } from "@regrant/verify/hono";
import { Hono } from "hono";

export interface ExampleOptions {
  port: number;
  issuer: string;
  /** Of a client made with `--resource-server`. */
  clientId: string;
  clientSecret: string;
}

export async function start({ port, issuer, clientId, clientSecret }: ExampleOptions) {
  const resource = protectedResource({
    resource: `http://127.0.0.1:${port}`,
    authorizationServers: [issuer],
    scopes: ["read", "write"],
  });
  const verifier = createVerifier({
    issuer,
    resource,
    audience: issuer, // the default audience of Regrant's tokens
    revocations: { clientId, clientSecret },
  });

  const app = new Hono();
  app.get(resource.path, () => resource.response());
  app.get("/orders", requireToken(verifier, { scope: "read" }), (c) =>
    c.json({ orders: [], of: c.var.accessToken.subject }),
  );

  const server = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" });
  const stop = async () => {
    verifier.close();
    await new Promise((resolve) => server.close(resolve));
  };
  return { stop };
}

if (import.meta.main) {
  const { ISSUER = "http://127.0.0.1:8787", CLIENT_ID = "", CLIENT_SECRET = "" } = process.env;
  await start({ port: 3000, issuer: ISSUER, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });
  console.log("http://127.0.0.1:3000/orders");
}
