import assert from "node:assert/strict";
import { test } from "node:test";
import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import type { OAuthClientProvider } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { OAuthClientInformationMixed, OAuthTokens } from "@modelcontextprotocol/sdk/shared/auth.js";
import { start } from "../examples/mcp-server.ts";
import { freePort } from "./ports.ts";
import { needChromium } from "./need.ts";
import { Callback, Person } from "./person.ts";
import { Service } from "./service.ts";

const browser = await needChromium();
const ACCOUNT = { username: "ada", password: "correct horse battery" };

/** What the application around an MCP client keeps for it. */
class Provider implements OAuthClientProvider {
  readonly redirectUrl: string;
  readonly clientMetadata;
  client: OAuthClientInformationMixed | undefined;
  kept: OAuthTokens | undefined;
  /** Where the person was sent. */
  sentTo: URL | undefined;
  #verifier = "";

  constructor(redirectUrl: string) {
    this.redirectUrl = redirectUrl;
    this.clientMetadata = {
      client_name: "Assistant",
      redirect_uris: [redirectUrl],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
    };
  }

  clientInformation() {
    return this.client;
  }
  saveClientInformation(client: OAuthClientInformationMixed) {
    this.client = client;
  }
  tokens() {
    return this.kept;
  }
  saveTokens(tokens: OAuthTokens) {
    this.kept = tokens;
  }
  redirectToAuthorization(url: URL) {
    this.sentTo = url;
  }
  saveCodeVerifier(verifier: string) {
    this.#verifier = verifier;
  }
  codeVerifier() {
    return this.#verifier;
  }
}

test(
  "an MCP client that knows only the server's URL finds Regrant, registers, signs its person in, and refreshes",
  { skip: browser.missing, timeout: 120_000 },
  async (t) => {
    const port = await freePort();
    const service = await Service.prepare(t, {
      REGRANT_REGISTRATION: "open",
      REGRANT_REGISTRATION_SCOPES: "notes",
      REGRANT_RESOURCES: `http://127.0.0.1:${port}/mcp`,
    });
    const subject = await service.createAccount(ACCOUNT.username, ACCOUNT.password);
    const { url: issuer } = await service.serve();
    const server = await start({ port, issuer });
    t.after(() => server.stop());
    const callback = await Callback.listen(t);
    const provider = new Provider(callback.uri);
    const transport = () =>
      new StreamableHTTPClientTransport(new URL(server.url), { authProvider: provider });

    const first = transport();
    await assert.rejects(
      new Client({ name: "assistant", version: "1.0.0" }).connect(first),
      UnauthorizedError,
    );
    assert.ok(provider.sentTo !== undefined && provider.client !== undefined);
    assert.equal(provider.sentTo.searchParams.get("resource"), server.url);

    const answer = callback.answer();
    const person = await Person.at(t, browser, ACCOUNT);
    await person.page.goto(provider.sentTo.href);
    await person.signIn();
    await person.page.getByText("Assistant wants to access").waitFor();
    await person.page.getByText("registered itself").waitFor();
    await person.allow();
    const { searchParams } = await answer;
    assert.equal(searchParams.get("iss"), issuer);
    await first.finishAuth(searchParams.get("code") ?? "");

    const client = new Client({ name: "assistant", version: "1.0.0" });
    await client.connect(transport());
    t.after(() => client.close());
    const listNotes = async () => {
      const { content } = await client.callTool({ name: "list_notes" });
      return (content as { text: string }[])[0]?.text;
    };
    assert.equal(await listNotes(), `No notes of ${subject} yet.`);

    // An access token that is no longer taken, as after its hour: the client refreshes on the 401 and tries again.
    const before: OAuthTokens | undefined = provider.kept;
    assert.ok(before?.refresh_token !== undefined);
    provider.kept = { ...before, access_token: `${before.access_token.slice(0, -4)}AAAA` };
    assert.equal(await listNotes(), `No notes of ${subject} yet.`);
    assert.notEqual(provider.kept.refresh_token, before.refresh_token);
  },
);
