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

/** What a server was sent. */
export interface Received {
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
}

/** A prepared answer; `drop` cuts the connection after the request was carried out. */
export type Prepared = { status: number; body: string | object; headers?: Record<string, string> } | "drop";

/**
 * Somebody else's authorization server, with the habits of Laravel Passport: each refresh token works once, there are
 * no metadata unless they are given, and no scope in the answer.
 */
export class ForeignServer {
  readonly received: Received[] = [];
  /** By path, beside the token endpoint. */
  readonly documents = new Map<string, object>();
  readonly #prepared: Prepared[] = [];
  readonly #alive = new Set<string>();
  readonly #server: Server;
  #issued = 0;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<ForeignServer> {
    const server = new ForeignServer();
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

  /** The next token requests meet these instead. */
  prepare(...answers: readonly Prepared[]): void {
    this.#prepared.push(...answers);
  }

  /** A refresh token that was issued in another way. */
  issue(): string {
    const token = `refresh-${(this.#issued += 1)}`;
    this.#alive.add(token);
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

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url: path = "", headers } = request;
    const form = Object.fromEntries(new URLSearchParams(await text(request)));
    this.received.push({ path, form, authorization: headers.authorization });
    const document = this.documents.get(path);
    if (request.method === "GET") return send(response, document === undefined ? 404 : 200, document ?? {});
    if (path !== "/oauth/token") return send(response, 200, {});
    const prepared = this.#prepared.shift();
    if (prepared !== undefined && prepared !== "drop") {
      return send(response, prepared.status, prepared.body, prepared.headers);
    }
    const [status, body] = this.#tokens(form, headers.authorization);
    if (prepared === "drop") response.destroy();
    else send(response, status, body);
  }

  #tokens(form: Received["form"], authorization: string | undefined): [number, object] {
    const basic = `Basic ${btoa(`${CLIENT.id}:${new URLSearchParams({ "": CLIENT.secret }).toString().slice(1)}`)}`;
    const isPosted = form["client_id"] === CLIENT.id && form["client_secret"] === CLIENT.secret;
    if (!isPosted && authorization !== basic) return [401, { error: "invalid_client" }];
    const answer = { token_type: "Bearer", expires_in: 3600, access_token: `access-${(this.#issued += 1)}` };
    switch (form["grant_type"]) {
      case "client_credentials":
        return [200, answer];
      case "password":
        if (form["username"] !== USER.name || form["password"] !== USER.password) {
          return [400, { error: "invalid_grant", error_description: "Wrong \u001b[31mcredentials\u0007." }];
        }
        return [200, { ...answer, refresh_token: this.issue() }];
      default:
        if (!this.#alive.delete(form["refresh_token"] ?? "")) return [400, { error: "invalid_grant" }];
        return [200, { ...answer, refresh_token: this.issue() }];
    }
  }
}

function send(response: ServerResponse, status: number, body: string | object, headers = {}): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
}

/** The commands of somebody who has a home of their own. */
export class Home extends CommandLine {
  readonly home = join(this.folder, "home");
  readonly store: TokenStore = fileStore({ directory: join(this.home, "tokens") });

  /** Logs in at a foreign server, which must succeed. */
  async login(
    server: ForeignServer,
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

  /** What `regrant token` printed, which must succeed. */
  async token(...more: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(["token", ...more]);
    assert.deepEqual([code, stderr], [0, ""]);
    return stdout;
  }

  /** Changes what is kept of an account's tokens, as time or another program would. */
  async change(account: string, by: Partial<CredentialRecord>): Promise<void> {
    const kept = await this.store.get(account);
    assert.ok(kept);
    assert.ok(await this.store.compareAndSet(account, kept.version, { ...kept.record, ...by }));
  }

  /** Its access token has ended. */
  async expire(account = "default"): Promise<void> {
    await this.change(account, { issuedAt: Date.now() - 3_700_000, expiresAt: Date.now() - 100_000 });
  }
}
