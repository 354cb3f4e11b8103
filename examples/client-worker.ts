// A Cloudflare Worker whose requests share one session, in all isolates, in a D1 database that is bound as `DB`.
import { clientSecretBasic, createTokenClient } from "@regrant/client";
import { authorizedFetch } from "@regrant/client/fetch";
import { sqlStore } from "@regrant/client/sql";
import type { SqlClient } from "@regrant/client/sql";
import { env, waitUntil } from "cloudflare:workers";

const d1: SqlClient = {
  async query(text, values) {
    const { results, meta } = await env.DB.prepare(text)
      .bind(...values)
      .run();
    return { rows: results, rowCount: meta.changes };
  },
};

const client = createTokenClient({
  tokenEndpoint: env.TOKEN_ENDPOINT,
  clientId: env.CLIENT_ID,
  clientAuth: clientSecretBasic(env.CLIENT_SECRET),
  grant: { grant_type: "client_credentials" },
  key: "reports",
  store: sqlStore(d1, { dialect: "sqlite" }),
  waitUntil, // a refresh in the background outlives the request that began it
});
const apiFetch = authorizedFetch(client, { origins: [env.API_URL] });

export default { fetch: () => apiFetch(`${env.API_URL}/orders`) };
