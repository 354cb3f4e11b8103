// Regrant mounted in an Express app, under /auth. Run it: node examples/express.ts
import { createRegrant } from "@regrant/server";
import express from "express";

export async function start({ port = 3000, database = "sqlite:./data/example.db" } = {}) {
  const regrant = await createRegrant({
    issuer: `http://127.0.0.1:${port}/auth`,
    database,
    logLevel: "warn",
  });

  const app = express();
  app.use("/auth", regrant.listener); // before any body parser: Regrant reads its bodies itself
  // RFC 8414 §3.1: where clients look for the metadata of an issuer with a path
  app.get("/.well-known/oauth-authorization-server/auth", regrant.listener);
  app.use(express.json());
  app.get("/", (_request, response) => void response.send("The host's own page"));

  const server = app.listen(port, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await regrant.close();
  };
  return { regrant, stop };
}

if (import.meta.main) {
  await start();
  console.log("http://127.0.0.1:3000/auth/.well-known/jwks.json");
}
