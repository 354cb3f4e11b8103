import assert from "node:assert/strict";
import { test } from "node:test";
import { protectedResource } from "./protected-resource.ts";
import type { ProtectedResourceOptions } from "./protected-resource.ts";

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

test("the document says how tokens are bound, as the verifier is configured, and what details are understood", () => {
  const resource = "https://api.example";
  const document = (options: Partial<ProtectedResourceOptions>) => {
    const {
      resource: _,
      authorization_servers: __,
      bearer_methods_supported: ___,
      ...rest
    } = protectedResource({
      resource,
      authorizationServers,
      ...options,
    }).document;
    return rest;
  };
  const algorithms = ["ES256", "EdDSA", "Ed25519", "PS256"];
  assert.deepEqual(document({ dpop: {} }), {
    dpop_signing_alg_values_supported: algorithms,
    dpop_bound_access_tokens_required: false,
  });
  assert.deepEqual(document({ dpop: { required: true, algorithms: ["ES256"] } }), {
    dpop_signing_alg_values_supported: ["ES256"],
    dpop_bound_access_tokens_required: true,
  });
  assert.deepEqual(document({ dpop: { required: true }, mtls: {} }), {
    dpop_signing_alg_values_supported: algorithms,
    dpop_bound_access_tokens_required: false,
    tls_client_certificate_bound_access_tokens: true,
  });
  const authorizationDetailsTypes = ["payment"];
  assert.deepEqual(document({ authorizationDetailsTypes }), {
    authorization_details_types_supported: authorizationDetailsTypes,
  });
});

test("an invalid resource identifier is refused", () => {
  for (const resource of ["api.example", "urn:api", "https://api.example/#part", 'https://api.example/"']) {
    assert.throws(() => protectedResource({ resource, authorizationServers }), TypeError);
  }
});
