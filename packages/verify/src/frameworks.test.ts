import assert from "node:assert/strict";
import { hash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, describe, test } from "node:test";
import { serve } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";
import { accessTokenOf, requireToken as forExpress } from "./express.ts";
import { requireToken as forFastify } from "./fastify.ts";
import { requireToken as forHono } from "./hono.ts";
import { protectedResource } from "./protected-resource.ts";
import { refusalResponse } from "./refusals.ts";
import { AUDIENCE, AuthorizationServer, ISSUER, NOW } from "./testing.ts";

const server = await AuthorizationServer.start();
const resource = protectedResource({ resource: AUDIENCE, authorizationServers: [ISSUER], scopes: ["read"] });
const verifier = server.verifier({ resource });
const nonce = { secret: "a secret of thirty-two characters!" };
/** Of `/bound`, which needs a token that is bound to a key. */
const bound = server.verifier({ resource, dpop: { required: true, nonce } });
const stops: (() => unknown)[] = [];
after(() => Promise.all(stops.map((stop) => stop())));

/** `/bound` needs a bound token, `/read` needs the scope `read`, `/delete` the scope `delete`; both respond with the subject. Returns the URL. */
const FRAMEWORKS: Record<string, () => Promise<string>> = {
  async hono() {
    const app = new Hono();
    app.get("/read", forHono(verifier, { scope: "read" }), (c) => c.text(c.var.accessToken.subject));
    app.get("/bound", forHono(bound), (c) => c.text(c.var.accessToken.subject));
    app.get("/delete", forHono(verifier, { scope: "delete" }), (c) => c.text(c.var.accessToken.subject));
    app.get(resource.path, () => resource.response());
    const listening = Promise.withResolvers<AddressInfo>();
    const node = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, listening.resolve);
    stops.push(() => node.close());
    return `http://127.0.0.1:${(await listening.promise).port}`;
  },

  async express() {
    const app = express();
    app.get("/read", forExpress(verifier, { scope: "read" }), (request, response) => {
      response.type("text").send(accessTokenOf(request).subject);
    });
    const router = express.Router();
    router.get("/", (request, response) => void response.type("text").send(accessTokenOf(request).subject));
    app.use("/bound", forExpress(bound), router);
    app.get("/delete", forExpress(verifier, { scope: "delete" }), (request, response) => {
      response.type("text").send(accessTokenOf(request).subject);
    });
    app.get(resource.path, (_request, response) => void response.json(resource.document));
    const node = createServer(app).listen(0, "127.0.0.1");
    await once(node, "listening");
    stops.push(() => node.close());
    return `http://127.0.0.1:${(node.address() as AddressInfo).port}`;
  },

  async fastify() {
    const app = fastify();
    const read = { onRequest: forFastify(verifier, { scope: "read" }) };
    app.get("/read", read, (request) => accessTokenOf(request).subject);
    app.get("/bound", { onRequest: forFastify(bound) }, (request) => accessTokenOf(request).subject);
    const remove = { preHandler: forFastify(verifier, { scope: "delete" }) };
    app.get("/delete", remove, (request) => accessTokenOf(request).subject);
    app.get(resource.path, () => resource.document);
    stops.push(() => app.close());
    return app.listen({ port: 0, host: "127.0.0.1" });
  },

  async fetch() {
    const app = async (request: Request): Promise<Response> => {
      const { pathname } = new URL(request.url);
      if (pathname === resource.path) return resource.response();
      const verdict =
        pathname === "/bound"
          ? await bound.verify(request)
          : await verifier.verify(request, { scope: pathname.slice(1) });
      if (verdict.outcome === "refused") return refusalResponse(verdict.refusal);
      return new Response(verdict.token.subject, { headers: verdict.headers });
    };
    const listening = Promise.withResolvers<AddressInfo>();
    const node = serve({ fetch: app, port: 0, hostname: "127.0.0.1" }, listening.resolve);
    stops.push(() => node.close());
    return `http://127.0.0.1:${(await listening.promise).port}`;
  },
};

for (const [name, start] of Object.entries(FRAMEWORKS)) {
  describe(`with ${name}`, async () => {
    const address = await start();
    const get = (path: string, token?: string) =>
      fetch(address + path, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });

    test("a request with a valid token reaches its handler, which gets the token", async () => {
      const response = await get("/read", await server.token());
      assert.deepEqual([response.status, await response.text()], [200, "customer-7"]);
    });

    test("a request without a token gets a challenge with the metadata URL", async () => {
      const response = await get("/read");
      assert.equal(response.status, 401);
      assert.equal(response.headers.get("cache-control"), "no-store");
      const challenge = response.headers.get("www-authenticate") ?? "";
      const [, url = ""] = /^Bearer scope="read", resource_metadata="(.*)"$/.exec(challenge) ?? [];
      assert.equal(url, resource.url);
      const metadata = await get(new URL(url).pathname);
      assert.deepEqual(await metadata.json(), resource.document);
    });

    test("a bound token is refused without a nonce, accepted with the one of the response, and gets the next", async () => {
      const bare = await fetch(`${address}/bound`, { headers: await boundToken(undefined) });
      assert.equal(bare.status, 401);
      assert.match(bare.headers.get("www-authenticate") ?? "", /^DPoP error="use_dpop_nonce", /);
      const given = bare.headers.get("dpop-nonce") ?? undefined;
      const response = await fetch(`${address}/bound`, { headers: await boundToken(given) });
      assert.deepEqual([response.status, await response.text()], [200, "customer-7"]);
      assert.equal(response.headers.get("dpop-nonce"), given);
      assert.equal(response.headers.get("access-control-expose-headers"), "DPoP-Nonce");
    });

    test("an invalid token and an insufficient scope are refused as in RFC 6750, and the handler does not run", async () => {
      const bad = await get("/read", "garbage");
      assert.equal(bad.status, 401);
      assert.match(bad.headers.get("www-authenticate") ?? "", /^Bearer error="invalid_token", /);
      assert.equal(((await bad.json()) as { error: string }).error, "invalid_token");
      const narrow = await get("/delete", await server.token());
      assert.equal(narrow.status, 403);
      assert.match(
        narrow.headers.get("www-authenticate") ?? "",
        /error="insufficient_scope".*scope="delete"/,
      );
    });
  });
}

/** A token that is bound to a key, and its proof for `GET https://api.example/bound`. */
async function boundToken(nonceOf: string | undefined) {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = await exportJWK(publicKey);
  const token = await server.token({ cnf: { jkt: await calculateJwkThumbprint(jwk) } });
  const claims = {
    jti: randomUUID(),
    htm: "GET",
    htu: "https://api.example/bound",
    iat: NOW,
    nonce: nonceOf,
  };
  const proof = new SignJWT({ ...claims, ath: hash("sha256", token, "base64url") });
  const dpop = await proof.setProtectedHeader({ typ: "dpop+jwt", alg: "ES256", jwk }).sign(privateKey);
  return { authorization: `DPoP ${token}`, dpop };
}

test("accessTokenOf throws on a route that is not protected", () => {
  assert.throws(() => accessTokenOf({}), /requireToken/);
});
