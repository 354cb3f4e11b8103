// An MCP server that accepts Regrant's access tokens. Run it beside a Regrant that allows client registration:
//   REGRANT_REGISTRATION=open REGRANT_REGISTRATION_SCOPES=notes REGRANT_RESOURCES=http://127.0.0.1:3000/mcp npm start
//   ISSUER=http://127.0.0.1:8787 node examples/mcp-server.ts
import { serve } from "@hono/node-server";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { createVerifier, protectedResource } from "@regrant/verify";
import type { AccessToken } from "@regrant/verify";
import { requireToken } from "@regrant/verify/hono";
import { Hono } from "hono";

export interface ExampleOptions {
  port: number;
  issuer: string;
}

export async function start({ port, issuer }: ExampleOptions) {
  const resource = protectedResource({
    resource: `http://127.0.0.1:${port}/mcp`,
    authorizationServers: [issuer],
    scopes: ["notes"],
  });
  const verifier = createVerifier({ issuer, resource });

  const app = new Hono();
  app.get(resource.path, () => resource.response());
  app.post("/mcp", requireToken(verifier, { scope: "notes" }), (c) => answer(c.req.raw, c.var.accessToken));
  app.all("/mcp", (c) => c.text("This server has no sessions.", 405, { Allow: "POST" }));

  const server = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" });
  const stop = async () => {
    verifier.close();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: resource.resource, stop };
}

/** Stateless: each request has its own server, and its token identifies the user. */
async function answer(request: Request, { subject }: AccessToken): Promise<Response> {
  const server = new McpServer({ name: "notes", version: "1.0.0" });
  server.registerTool("list_notes", { description: "Lists your notes." }, () => ({
    content: [{ type: "text", text: `No notes of ${subject} yet.` }],
  }));
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport);
  return transport.handleRequest(request);
}

if (import.meta.main) {
  const { url } = await start({ port: 3000, issuer: process.env["ISSUER"] ?? "http://127.0.0.1:8787" });
  console.log(url);
}
