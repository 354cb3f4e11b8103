// A Durable Object of Cloudflare that holds the session of one user, and sends the user's requests to an API.
import { createTokenClient, isTokenError } from "@regrant/client";
import type { TokenClient, TokenResponse } from "@regrant/client";
import { authorizedFetch } from "@regrant/client/fetch";
import type { AuthorizedFetch } from "@regrant/client/fetch";
import { sqlStore, sqlStoreSchema } from "@regrant/client/sql";
import type { SqlClient } from "@regrant/client/sql";
import { DurableObject, env } from "cloudflare:workers";
import type { SqlStorage } from "cloudflare:workers";

const dialect = "sqlite";

export class Session extends DurableObject {
  readonly #client: TokenClient;
  readonly #apiFetch: AuthorizedFetch;

  constructor(...given: ConstructorParameters<typeof DurableObject>) {
    super(...given);
    const { storage } = this.ctx;
    storage.sql.exec(sqlStoreSchema({ dialect }).replace("TABLE", "TABLE IF NOT EXISTS"));
    this.#client = createTokenClient({
      tokenEndpoint: env.TOKEN_ENDPOINT,
      clientId: env.CLIENT_ID,
      key: "session",
      store: sqlStore(databaseOf(storage.sql), { dialect }),
      waitUntil: (work) => this.ctx.waitUntil(work),
    });
    this.#apiFetch = authorizedFetch(this.#client, { origins: [env.API_URL] });
  }

  /** Called after the user's login, with the token response. */
  signIn(response: TokenResponse): Promise<void> {
    return this.#client.set(response);
  }

  /** Sends a request to the API: `env.SESSIONS.getByName(userId).fetch(request)`. */
  override async fetch(request: Request): Promise<Response> {
    try {
      return await this.#apiFetch(request);
    } catch (error) {
      // As a response, since an error loses its code on the way to the Worker.
      if (isTokenError(error, "session_ended")) return new Response("Sign in first", { status: 401 });
      throw error;
    }
  }
}

export function databaseOf(sql: SqlStorage): SqlClient {
  return {
    query(text, values) {
      const rows = sql.exec(text, ...values).toArray();
      const [changes] = sql.exec("SELECT changes() AS count").toArray();
      return { rows, rowCount: Number(changes?.["count"]) };
    },
  };
}
