import assert from "node:assert/strict";
import { test } from "node:test";
import { labelOf } from "./client-form.ts";

test("a setting's label writes the field's abbreviations as the field does", () => {
  const labels = {
    redirect_uris: "Redirect URIs",
    jwks_uri: "JWKS URI",
    tls_san_dns: "TLS SAN DNS",
    dpop_bound: "DPoP bound",
    access_ttl: "Access TTL",
    require_pkce: "Require PKCE",
    resource_server: "Resource server",
  };
  for (const [member, label] of Object.entries(labels)) assert.equal(labelOf(member), label);
});
