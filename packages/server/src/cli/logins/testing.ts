import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileStore } from "@regrant/client/node";
import type { CredentialRecord, TokenStore } from "@regrant/client";
import { CommandLine } from "../testing.ts";

export const CLIENT = { id: "7", secret: "a client's s3cret" };
export const USER = { name: "ada@example.com", password: "a pass phrase, with spaces " };

/** A request that the server received. */
export interface Received {
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
}

/** A scripted response; `drop` closes the connection after the request was processed. */
export type ScriptedResponse =
  { status: number; body: string | object; headers?: Record<string, string> } | "drop";

/**
 * A third-party authorization server that behaves like Laravel Passport: each refresh token works once, there is no
 * metadata unless a test adds it, and responses have no scope.
 */
export class ThirdPartyServer {
  readonly received: Received[] = [];
  /** Documents by path, such as metadata. */
  readonly documents = new Map<string, object>();
  /** Called when a token request was processed, before the response. */
  beforeResponse: () => void | Promise<void> = () => {};
  readonly #scripted: ScriptedResponse[] = [];
  readonly #valid = new Set<string>();
  readonly #server: Server;
  #issued = 0;

  private constructor() {
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  static async start(): Promise<ThirdPartyServer> {
    const server = new ThirdPartyServer();
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get tokenEndpoint(): string {
    return `${this.url}/oauth/token`;
  }

  /** Responses to the next token requests. */
  script(...responses: readonly ScriptedResponse[]): void {
    this.#scripted.push(...responses);
  }

  /** Forgets the responses that were not sent. */
  forgetScript(): void {
    this.#scripted.length = 0;
  }

  /** Issues a refresh token outside a token request. */
  issue(): string {
    const token = `refresh-${(this.#issued += 1)}`;
    this.#valid.add(token);
    return token;
  }

  tokenRequests(grant: string): Received[] {
    return this.received.filter(({ path, form }) => path === "/oauth/token" && form["grant_type"] === grant);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url: path = "", headers } = request;
    const form = Object.fromEntries(new URLSearchParams(await text(request)));
    this.received.push({ path, form, authorization: headers.authorization });
    const document = this.documents.get(path);
    if (request.method === "GET") return send(response, document === undefined ? 404 : 200, document ?? {});
    if (path !== "/oauth/token") return send(response, 200, {});
    const scripted = this.#scripted.shift();
    if (scripted !== undefined && scripted !== "drop") {
      return send(response, scripted.status, scripted.body, scripted.headers);
    }
    const [status, body] = this.#tokens(form, headers.authorization);
    await this.beforeResponse();
    if (scripted === "drop") response.destroy();
    else send(response, status, body);
  }

  #tokens(form: Received["form"], authorization: string | undefined): [number, object] {
    const basic = `Basic ${btoa(`${CLIENT.id}:${new URLSearchParams({ "": CLIENT.secret }).toString().slice(1)}`)}`;
    const isPosted = form["client_id"] === CLIENT.id && form["client_secret"] === CLIENT.secret;
    if (!isPosted && authorization !== basic) return [401, { error: "invalid_client" }];
    const response = {
      token_type: "Bearer",
      expires_in: 3600,
      access_token: `access-${(this.#issued += 1)}`,
    };
    switch (form["grant_type"]) {
      case "client_credentials":
        return [200, response];
      case "password":
        if (form["username"] !== USER.name || form["password"] !== USER.password) {
          return [400, { error: "invalid_grant", error_description: "Wrong \u001b[31mcredentials\u0007." }];
        }
        return [200, { ...response, refresh_token: this.issue() }];
      default:
        if (!this.#valid.delete(form["refresh_token"] ?? "")) return [400, { error: "invalid_grant" }];
        return [200, { ...response, refresh_token: this.issue() }];
    }
  }
}

function send(response: ServerResponse, status: number, body: string | object, headers = {}): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
}

/** Runs commands in a home directory of their own. */
export class Home extends CommandLine {
  readonly home = join(this.folder, "home");
  readonly store: TokenStore = fileStore({ directory: join(this.home, "tokens") });

  /** Logs in at a third-party server, which must succeed. */
  async login(
    server: ThirdPartyServer,
    grant: "password" | "client_credentials",
    ...more: string[]
  ): Promise<void> {
    const about = [
      "--token-endpoint",
      server.tokenEndpoint,
      "--client-id",
      CLIENT.id,
      "--client-auth",
      "post",
    ];
    const user = grant === "password" ? ["--username", USER.name] : [];
    const input = grant === "password" ? `${CLIENT.secret}\n${USER.password}\n` : `${CLIENT.secret}\n`;
    const args = ["login", ...about, "--grant", grant, ...user, "--secrets-stdin", ...more];
    const { code, stderr } = await this.run(args, { input });
    assert.equal(code, 0, stderr);
  }

  /** The output of `regrant token`, which must succeed. */
  async token(...more: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(["token", ...more]);
    assert.deepEqual([code, stderr], [0, ""]);
    return stdout;
  }

  /** Changes the stored tokens of a login, as time or another process would. */
  async change(account: string, by: Partial<CredentialRecord>): Promise<void> {
    const stored = await this.store.get(account);
    assert.ok(stored);
    assert.ok(await this.store.compareAndSet(account, stored.version, { ...stored.record, ...by }));
  }

  /** Makes its access token expired. */
  async expire(account = "default"): Promise<void> {
    await this.change(account, { issuedAt: Date.now() - 3_700_000, expiresAt: Date.now() - 100_000 });
  }
}
