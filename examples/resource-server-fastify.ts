// An API that accepts Regrant's access tokens, in Fastify. Run it beside `npm start`:
//   ISSUER=http://127.0.0.1:8787 CLIENT_ID=… CLIENT_SECRET=… node examples/resource-server-fastify.ts
import { createVerifier, protectedResource } from "@regrant/verify";
import { accessTokenOf, requireToken } from "@regrant/verify/fastify";
import fastify from "fastify";

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

  const app = fastify();
  app.get(resource.path, () => resource.document);
  const onRequest = requireToken(verifier, { scope: "read" });
  app.get("/orders", { onRequest }, (request) => ({ orders: [], of: accessTokenOf(request).subject }));

  await app.listen({ port, host: "127.0.0.1" });
  const stop = async () => {
    verifier.close();
    await app.close();
  };
  return { stop };
}

if (import.meta.main) {
  const { ISSUER = "http://127.0.0.1:8787", CLIENT_ID = "", CLIENT_SECRET = "" } = process.env;
  await start({ port: 3000, issuer: ISSUER, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });
  console.log("http://127.0.0.1:3000/orders");
}
