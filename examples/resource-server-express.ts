// An API that accepts Regrant's access tokens, in Express. Run it beside `npm start`:
//   ISSUER=http://127.0.0.1:8787 CLIENT_ID=… CLIENT_SECRET=… node examples/resource-server-express.ts
import { createVerifier, protectedResource } from "@regrant/verify";
import { accessTokenOf, requireToken } from "@regrant/verify/express";
import express from "express";

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

  const app = express();
  app.get(resource.path, (_request, response) => void response.json(resource.document));
  app.get("/orders", requireToken(verifier, { scope: "read" }), (request, response) => {
    response.json({ orders: [], of: accessTokenOf(request).subject });
  });

  const server = app.listen(port, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const stop = async () => {
    verifier.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { stop };
}

if (import.meta.main) {
  const { ISSUER = "http://127.0.0.1:8787", CLIENT_ID = "", CLIENT_SECRET = "" } = process.env;
  await start({ port: 3000, issuer: ISSUER, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });
  console.log("http://127.0.0.1:3000/orders");
}
