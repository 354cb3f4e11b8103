import assert from "node:assert/strict";
import { test } from "node:test";
import { protectedResource } from "./protected-resource.ts";

const authorizationServers = ["https://auth.example"];

test("the well-known path is between the host and the path of the resource (RFC 9728 §3.1)", () => {
  const places = [
    ["https://api.example", "https://api.example/.well-known/oauth-protected-resource"],
    ["https://api.example/", "https://api.example/.well-known/oauth-protected-resource"],
    ["https://api.example/v1/orders", "https://api.example/.well-known/oauth-protected-resource/v1/orders"],
    ["https://api.example/a?b=c", "https://api.example/.well-known/oauth-protected-resource/a?b=c"],
    ["http://127.0.0.1:3000/mcp", "http://127.0.0.1:3000/.well-known/oauth-protected-resource/mcp"],
  ] as const;
  for (const [resource, url] of places) {
    const described = protectedResource({ resource, authorizationServers });
    assert.equal(described.url, url);
    assert.equal(described.path, new URL(url).pathname);
    assert.equal(described.document["resource"], resource, "identical to what clients know it by (§3.3)");
  }
});

test("the document contains the given members only, and any origin may read it", async () => {
  const resource = "https://api.example";
  const bare = protectedResource({ resource, authorizationServers });
  assert.deepEqual(bare.document, {
    resource,
    authorization_servers: authorizationServers,
    bearer_methods_supported: ["header"],
  });
  const documentation = "https://api.example/docs";
  const response = protectedResource({
    resource,
    authorizationServers,
    scopes: ["orders:read"],
    name: "Orders",
    documentation,
  }).response();
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.match(response.headers.get("content-type") ?? "", /^application\/json/);
  assert.deepEqual(await response.json(), {
    ...bare.document,
    scopes_supported: ["orders:read"],
    resource_name: "Orders",
    resource_documentation: documentation,
  });
});

test("an invalid resource identifier is refused", () => {
  for (const resource of ["api.example", "urn:api", "https://api.example/#part", 'https://api.example/"']) {
    assert.throws(() => protectedResource({ resource, authorizationServers }), TypeError);
  }
});
