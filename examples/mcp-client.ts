// An MCP client that calls a server such as mcp-server.ts with a valid token.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { TokenClient } from "@regrant/client";
import { authorizedFetch } from "@regrant/client/fetch";

export async function connect(client: TokenClient, server: string): Promise<Client> {
  const fetch = authorizedFetch(client, { origins: [server] });
  const mcp = new Client({ name: "assistant", version: "1.0.0" });
  await mcp.connect(new StreamableHTTPClientTransport(new URL(server), { fetch }));
  return mcp;
}
