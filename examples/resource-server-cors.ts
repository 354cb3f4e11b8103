// An API that pages of another origin call with Regrant's access tokens, in Express. Run it beside `npm start`:
//   ISSUER=http://127.0.0.1:8787 PAGE=http://127.0.0.1:5173 CLIENT_ID=… CLIENT_SECRET=… node examples/resource-server-cors.ts
import { createVerifier } from "@regrant/verify";
import { accessTokenOf, requireToken } from "@regrant/verify/express";
import express from "express";

export interface ExampleOptions {
  port: number;
  issuer: string;
  /** Origin of the page. */
  page: string;
  /** Of a client made with `--resource-server`. */
  clientId: string;
  clientSecret: string;
}

export async function start({ port, issuer, page, ...revocations }: ExampleOptions) {
  const verifier = createVerifier({ issuer, audience: issuer, revocations });
  const app = express();

  // Before `requireToken`: a browser asks first whether it may send the token, and that preflight has none.
  app.use((request, response, next) => {
    response.set("Access-Control-Allow-Origin", page);
    if (request.method !== "OPTIONS") return next();
    response.set("Access-Control-Allow-Headers", "authorization, content-type");
    response.set("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE");
    response.set("Access-Control-Max-Age", "7200"); // s
    response.status(204).end();
  });

  app.get("/orders", requireToken(verifier), (request, response) => {
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
  const { ISSUER = "http://127.0.0.1:8787", PAGE = "", CLIENT_ID = "", CLIENT_SECRET = "" } = process.env;
  const credentials = { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };
  await start({ port: 3000, issuer: ISSUER, page: PAGE, ...credentials });
  console.log("http://127.0.0.1:3000/orders");
}
