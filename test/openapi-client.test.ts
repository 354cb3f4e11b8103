// The OpenAPI document that a running service serves, in the hands of a generic client that knows nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { OpenAPIClientAxios } from "openapi-client-axios";
import type { OpenAPIClient } from "openapi-client-axios";
import { Service } from "./service.ts";
import type { TokenResponse } from "./service.ts";

const ACCOUNT = { username: "ada", password: "correct horse battery" };
const TYPES = ["password", "refresh_token", "client_credentials"];

/** What the client returns, where it is used here. */
interface Introspection {
  active: boolean;
  token_use?: string;
  sub?: string;
}

test("a generic OpenAPI client gets, refreshes, introspects and revokes tokens by operationId", async (t) => {
  const service = await Service.prepare(t);
  const subject = await service.createAccount(ACCOUNT.username, ACCOUNT.password);
  const credentials = await service.createClient(...TYPES.flatMap((type) => ["--grant-type", type]));
  const { url } = await service.serve();
  const api = new OpenAPIClientAxios({ definition: `${url}/docs/openapi.json` });
  const client = await api.init<OpenAPIClient>();
  assert.equal(api.getBaseURL(), url);
  const call = async <Body>(operationId: string, parameters: Record<string, string>, type?: string) => {
    const body = {
      client_id: credentials.client_id,
      client_secret: credentials.client_secret,
      ...parameters,
    };
    const sent = type === "multipart" ? multipart(body) : type === "json" ? body : new URLSearchParams(body);
    const { status, data } = (await client[operationId]?.({}, sent)) ?? {};
    assert.equal(status, 200, operationId);
    return data as Body;
  };

  const first = await call<TokenResponse>("token", { grant_type: "password", ...ACCOUNT });
  let { refresh_token } = first;
  for (const type of ["form", "multipart", "json"]) {
    const refreshed = await call<TokenResponse>(
      "token",
      { grant_type: "refresh_token", refresh_token },
      type,
    );
    assert.notEqual(refreshed.refresh_token, refresh_token, type);
    ({ refresh_token } = refreshed);
  }
  const seen = await call<Introspection>("introspect", { token: refresh_token });
  assert.deepEqual([seen.active, seen.token_use, seen.sub], [true, "refresh_token", subject]);
  await call("revoke", { token: refresh_token });
  const after = await call<Introspection>("introspect", { token: refresh_token });
  assert.deepEqual(after, { active: false });
  const own = await call<TokenResponse>("token", { grant_type: "client_credentials" });
  assert.equal(own.refresh_token, undefined);

  const refused = client["token"]?.(
    {},
    new URLSearchParams({ grant_type: "refresh_token", ...credentials, refresh_token }),
    { validateStatus: () => true },
  );
  const { status, data } = (await refused) ?? {};
  assert.deepEqual([status, (data as { error_reason: string }).error_reason], [400, "revoked"]);
});

function multipart(parameters: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(parameters)) form.append(name, value);
  return form;
}
