// Pages of another origin: what an API with the usual CORS middleware lets them see.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { after, describe, test } from "node:test";
import express from "express";
import fastify from "fastify";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Hono } from "hono";
import { cors as honoCors } from "hono/cors";
import { requireToken as forExpress } from "./express.ts";
import { requireToken as forFastify } from "./fastify.ts";
import { requireToken as forHono } from "./hono.ts";
import type { Requirement } from "./requirement.ts";
import { AuthorizationServer } from "./testing.ts";
import { createVerifier } from "./verifier.ts";

const server = await AuthorizationServer.start();
const verifier = server.verifier();
const down = createVerifier({
  issuer: "https://down.example",
  audience: "any",
  fetch: () => Promise.reject(new TypeError("fetch failed")),
  onError: () => {},
});
const stops: (() => unknown)[] = [];
after(() => Promise.all(stops.map((stop) => stop())));

const PAGE = "https://page.example";
/** `none`: no CORS middleware. */
type Order = "cors first" | "token first" | "none";

interface Api {
  readonly order: Order;
  /** Headers that the application exposes itself. */
  readonly exposed?: string;
  readonly requirement?: Requirement;
  readonly by?: typeof verifier;
}

/** `acted` is how often the handler for all methods ran. */
type Start = (api: Api) => Promise<{ url: string; acted: () => number }>;

const FRAMEWORKS: Record<string, Start> = {
  async hono({ order, exposed, requirement, by = verifier }) {
    let acted = 0;
    const app = new Hono();
    const cors = honoCors({ origin: PAGE, exposeHeaders: exposed?.split(",") ?? [] });
    if (order === "cors first") app.use(cors);
    app.use(forHono(by, requirement));
    if (order === "token first") app.use(cors);
    app.all("/orders", (c) => c.text(String((acted += 1))));
    const node = createServer((request, response) => {
      const { method = "GET", headers } = request;
      const sent = new Request(`http://api.example${request.url}`, {
        method,
        headers: headers as Record<string, string>,
      });
      void Promise.resolve(app.fetch(sent)).then(async (answer) =>
        response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text()),
      );
    });
    return { url: await listen(node), acted: () => acted };
  },

  async express({ order, exposed, requirement, by = verifier }) {
    let acted = 0;
    const app = express();
    const cors = createRequire(import.meta.url)("cors") as Cors;
    const answers = cors({ origin: PAGE, ...(exposed === undefined ? {} : { exposedHeaders: exposed }) });
    if (order === "cors first") app.use(answers);
    app.use(forExpress(by, requirement));
    if (order === "token first") app.use(answers);
    app.all("/orders", (_request, response) => void response.send(String((acted += 1))));
    return { url: await listen(createServer(app)), acted: () => acted };
  },

  async fastify({ order, exposed, requirement, by = verifier }) {
    let acted = 0;
    const app = fastify();
    // As @fastify/cors does.
    const cors = async (request: FastifyRequest, reply: FastifyReply) => {
      reply.header("Access-Control-Allow-Origin", PAGE);
      if (exposed !== undefined) reply.header("Access-Control-Expose-Headers", exposed);
      if (request.method !== "OPTIONS") return undefined;
      return reply.code(204).send();
    };
    if (order === "cors first") app.addHook("onRequest", cors);
    app.addHook("onRequest", forFastify(by, requirement));
    if (order === "token first") app.addHook("onRequest", cors);
    app.all("/orders", () => String((acted += 1)));
    stops.push(() => app.close());
    return { url: await app.listen({ port: 0, host: "127.0.0.1" }), acted: () => acted };
  },
};

type Cors = (options: object) => express.RequestHandler;

async function listen(node: ReturnType<typeof createServer>): Promise<string> {
  node.listen(0, "127.0.0.1");
  await once(node, "listening");
  stops.push(() => node.close());
  return `http://127.0.0.1:${(node.address() as AddressInfo).port}`;
}

const PREFLIGHT = {
  Origin: PAGE,
  "Access-Control-Request-Method": "POST",
  "Access-Control-Request-Headers": "authorization",
};

for (const [name, start] of Object.entries(FRAMEWORKS)) {
  describe(`with ${name}`, () => {
    const exposedBy = async (
      api: Api,
      headers: Record<string, string> = { authorization: "Bearer garbage" },
    ) => {
      const { url } = await start(api);
      const response = await fetch(`${url}/orders`, { headers: { Origin: PAGE, ...headers } });
      return [response.status, response.headers.get("access-control-expose-headers")];
    };

    test("a page may read why it was refused, whatever the application exposes besides", async () => {
      const own = "WWW-Authenticate, Retry-After";
      assert.deepEqual(await exposedBy({ order: "none" }), [401, own]);
      assert.deepEqual(await exposedBy({ order: "none" }, {}), [401, own]);
      assert.deepEqual(await exposedBy({ order: "cors first" }), [401, own]);
      for (const [exposed, all] of [
        ["X-Total", `X-Total, ${own}`],
        ["X-Total,x-page", `X-Total, x-page, ${own}`],
        ["www-authenticate", "www-authenticate, Retry-After"],
        ["*", `*, ${own}`],
      ] as const) {
        assert.deepEqual(await exposedBy({ order: "cors first", exposed }), [401, all]);
      }
      assert.deepEqual(
        await exposedBy({ order: "none", by: down }, { authorization: `Bearer ${await server.token()}` }),
        [503, own],
      );
      const narrow = { authorization: `Bearer ${await server.token()}` };
      assert.deepEqual(await exposedBy({ order: "none", requirement: { scope: "other" } }, narrow), [
        403,
        own,
      ]);
    });

    test("CORS middleware before it responds to preflights", async () => {
      const { url, acted } = await start({ order: "cors first" });
      const response = await fetch(`${url}/orders`, { method: "OPTIONS", headers: PREFLIGHT });
      assert.deepEqual([response.status, response.headers.get("access-control-allow-origin")], [204, PAGE]);
      assert.equal(acted(), 0);
    });

    test("without, a preflight reaches no handler, and the log and the response say why", async () => {
      for (const order of ["none", "token first"] as const) {
        const { url, acted } = await start({ order });
        const before = server.refusals.length;
        const response = await fetch(`${url}/orders`, { method: "OPTIONS", headers: PREFLIGHT });
        assert.deepEqual([response.status, response.headers.get("www-authenticate")], [401, "Bearer"]);
        assert.match(await response.text(), /CORS middleware must respond to it before/);
        assert.deepEqual(
          server.refusals.slice(before).map(({ cause }) => cause),
          ["preflight"],
        );
        assert.equal(acted(), 0);
      }
    });

    test("only a preflight counts as one", async () => {
      const { url, acted } = await start({ order: "none" });
      const { Origin, "Access-Control-Request-Method": requested } = PREFLIGHT;
      for (const [method, headers, cause] of [
        ["OPTIONS", { Origin }, "token_missing"],
        ["OPTIONS", { "Access-Control-Request-Method": requested }, "token_missing"],
        ["OPTIONS", { ...PREFLIGHT, authorization: "Bearer garbage" }, "token_malformed"],
        ["POST", PREFLIGHT, "token_missing"],
        ["GET", PREFLIGHT, "token_missing"],
      ] as const) {
        const refused = await fetch(`${url}/orders`, { method, headers });
        assert.deepEqual([refused.status, server.refusals.at(-1)?.cause], [401, cause]);
      }
      assert.equal(acted(), 0);
    });
  });
}
