// A resource server that uses the published package: compiled by a strict compiler, then run, away from the repository.
import { createVerifier, protectedResource } from "@regrant/verify";
import type { AccessToken, Verdict, VerifierOptions } from "@regrant/verify";
import { accessTokenOf, requireToken as forExpress } from "@regrant/verify/express";
import { requireToken as forFastify } from "@regrant/verify/fastify";
import { requireToken as forHono } from "@regrant/verify/hono";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";

/** A type as it is, or nothing that can be had if its declarations were lost on the way. */
type Known<T> = 0 extends 1 & T ? never : T;

const issuer = "https://auth.example.com";
const resource = protectedResource({ resource: "https://api.example.com", authorizationServers: [issuer] });
const options: Known<VerifierOptions> = { issuer, resource, algorithms: ["ES256"] };
const verifier = createVerifier(options);

express().get("/", forExpress(verifier), (request, response) => {
  const token: Known<AccessToken> = accessTokenOf(request);
  response.send(token.subject);
});
fastify().get("/", { onRequest: forFastify(verifier) }, (request) => accessTokenOf(request).subject);
const app = new Hono().get("/", forHono(verifier, { scope: "read" }), (c) =>
  c.text(c.var.accessToken.subject),
);

const verdict: Known<Verdict> = await verifier.verify(new Request("https://api.example.com"));
const { status, headers } = await app.request("/");
console.log(
  JSON.stringify({
    outcome: verdict.outcome,
    cause: verdict.outcome === "refused" ? verdict.refusal.cause : undefined,
    status,
    metadata: headers.get("www-authenticate")?.includes(resource.url),
  }),
);
