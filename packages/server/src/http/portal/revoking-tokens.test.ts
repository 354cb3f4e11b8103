import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ISSUER, startService } from "../../testing.ts";
import { itemsOf, jsonOf, rowsOf, shownPage } from "./testing.ts";

const PAGE = "/docs/revoking-tokens";

const service = await startService({ accessTtl: 1800 });
after(() => service.close());

test("the page on revoking tokens has the endpoint's parameters and its response", async () => {
  const html = await shownPage(service, PAGE);
  assert.deepEqual(rowsOf(html, "endpoint"), [["POST", `${ISSUER}/oauth/revoke`]]);
  assert.deepEqual(
    rowsOf(html, "request").map(([name, , , required]) => [name, required]),
    [
      ["token", "Yes"],
      ["token_type_hint", "No"],
      ["client_id", "Yes"],
      ["client_secret", "Yes, unless the client is public"],
    ],
  );
  const client = await service.client();
  const { refreshToken } = await service.grant(client);
  const response = await service.revoke(client, refreshToken);
  assert.deepEqual([response.status, [response.body]], [200, jsonOf(html, "example-response")]);
  assert.match(html, /The status is 200\./);
});

test("it says how long an API may accept a revoked access token", async () => {
  const items = itemsOf(await shownPage(service, PAGE), "effect");
  assert.ok(items.some((item) => item.endsWith("until it expires: for up to 30 minutes.")));
});
