import assert from "node:assert/strict";
import type { IncomingHttpHeaders } from "node:http";
import { registerHooks } from "node:module";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { listen } from "../../../../test/listen.ts";
import { createRegrant } from "../regrant.ts";
import { SECOND } from "../store/contract/fixtures.ts";
import { databasePath, form, startService, tokensOf } from "../testing.ts";
import { remoteTrace, setUpTraces, spanNamed } from "./testing.ts";
import { findTracing } from "./find-tracing.ts";

/** This process's OpenTelemetry, set up by the first test that needs it. */
let traces: ReturnType<typeof setUpTraces> | undefined;

test("where OpenTelemetry's API cannot be loaded there are no traces, and no error", async () => {
  new NodeTracerProvider().register();
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== "@opentelemetry/api") return next(specifier, context);
      throw Object.assign(new Error("not installed"), { code: "ERR_MODULE_NOT_FOUND" });
    },
  });
  assert.equal(await findTracing(), null);
  hooks.deregister();
  for (const api of [trace, context, propagation]) api.disable();
});

test("where no SDK is registered there are no traces", async () => {
  assert.equal(await findTracing(), null);
});

test("what traces say of a request", async (suite) => {
  const { tracing, spans } = await (traces ??= setUpTraces());
  const t = await startService({ registration: "open" }, { tracing });
  suite.after(() => t.close());
  const client = await t.client();
  const body = (refreshToken: string) =>
    form({ ...client.credentials, grant_type: "refresh_token", refresh_token: refreshToken });
  const refresh = (refreshToken: string, headers = {}) =>
    t.send("/oauth/token", { method: "POST", headers, body: body(refreshToken) });
  const newToken = async () => (await t.grant(client)).refreshToken;

  await suite.test("a refresh goes on in its caller's trace, with the transaction as a child", async () => {
    const token = await newToken();
    spans.take();
    const caller = remoteTrace(1);
    assert.equal((await refresh(token, caller.headers)).status, 200);
    const ended = spans.take();
    assert.deepEqual(
      ended.map(({ name }) => name),
      ["TRANSACTION", "POST /oauth/token"],
    );
    const request = spanNamed(ended, "POST /oauth/token");
    assert.equal(request.kind, SpanKind.SERVER);
    assert.equal(request.spanContext().traceId, caller.traceId);
    assert.equal(request.parentSpanContext?.spanId, caller.spanId);
    assert.equal(request.status.code, SpanStatusCode.UNSET);
    assert.deepEqual(request.attributes, {
      "http.request.method": "POST",
      "http.route": "/oauth/token",
      "url.path": "/oauth/token",
      "url.scheme": "https",
      "server.address": "auth.example",
      "http.response.status_code": 200,
      "regrant.endpoint": "token",
      "regrant.outcome": "rotated",
      "regrant.grant_type": "refresh_token",
      "regrant.client_id": client.id,
    });
    const batch = spanNamed(ended, "TRANSACTION");
    assert.equal(batch.kind, SpanKind.CLIENT);
    assert.equal(batch.spanContext().traceId, caller.traceId);
    assert.equal(batch.parentSpanContext?.spanId, request.spanContext().spanId);
    assert.deepEqual(batch.links, []);
    assert.deepEqual(batch.attributes, {
      "db.system.name": "sqlite",
      "db.namespace": "regrant.db",
      "db.query.summary": "TRANSACTION",
    });
  });

  await suite.test(
    "a transaction of several requests is a child of one, and linked with the others",
    async () => {
      const tokens = await Promise.all([1, 2, 3, 4].map(newToken));
      spans.take();
      await Promise.all(tokens.map((token, i) => refresh(token, remoteTrace(10 + i).headers)));
      const ended = spans.take();
      const batch = spanNamed(ended, "TRANSACTION");
      assert.equal(batch.attributes["db.operation.batch.size"], 4);
      const requests = ended.filter((span) => span !== batch);
      const idOf = (span: (typeof ended)[number]) => span.spanContext().spanId;
      const parent = requests.find((span) => idOf(span) === batch.parentSpanContext?.spanId);
      const others = requests.filter((span) => span !== parent);
      assert.equal(others.length, 3);
      assert.deepEqual(
        batch.links.map(({ context }) => context.spanId).toSorted(),
        others.map(idOf).toSorted(),
      );
      for (const { links } of others) {
        assert.deepEqual(
          links.map(({ context }) => context.spanId),
          [idOf(batch)],
        );
      }
      assert.deepEqual(parent?.links, []);
    },
  );

  await suite.test("the log line of an event has the trace of the request that caused it", async () => {
    const [spent, other] = await Promise.all([1, 2].map(newToken));
    await refresh(spent ?? "");
    t.clock.at += 121 * SECOND;
    const [first, second] = [remoteTrace(20), remoteTrace(21)];
    spans.take();
    await Promise.all([refresh(other ?? "", first.headers), refresh(spent ?? "", second.headers)]);
    const batch = spanNamed(
      spans.take().filter(({ name }) => name === "TRANSACTION"),
      "TRANSACTION",
    );
    assert.equal(batch.attributes["db.operation.batch.size"], 2);
    assert.equal(batch.spanContext().traceId, first.traceId);
    const line = t.log.findLast(({ event }) => event === "grant.retried_late");
    assert.equal(line?.["trace_id"], second.traceId);
  });

  await suite.test(
    "a caller that does not sample gets no spans, and its trace goes on in the log",
    async () => {
      const caller = remoteTrace(30, { sampled: false });
      spans.take();
      assert.equal((await refresh("forged", caller.headers)).status, 400);
      assert.equal((await refresh(await newToken(), caller.headers)).status, 200);
      assert.deepEqual(
        spans.take().filter((span) => span.spanContext().traceId === caller.traceId),
        [],
      );
      assert.equal(t.log.findLast(({ msg }) => msg === "refused")?.["trace_id"], caller.traceId);
    },
  );

  await suite.test(
    "a refusal is no failure; its span names the cause, and its log line the span",
    async () => {
      spans.take();
      await refresh("forged");
      const request = spanNamed(spans.take(), "POST /oauth/token");
      assert.equal(request.status.code, SpanStatusCode.UNSET);
      assert.equal(request.attributes["http.response.status_code"], 400);
      assert.equal(request.attributes["regrant.outcome"], "forged");
      assert.equal(request.attributes["error.type"], undefined);
      const line = t.log.findLast(({ msg }) => msg === "refused");
      const { traceId, spanId } = request.spanContext();
      assert.deepEqual([line?.["trace_id"], line?.["span_id"]], [traceId, spanId]);
    },
  );

  await suite.test("a page has a span under the name of its route", async () => {
    spans.take();
    await t.send("/oauth/sign-in?return_to=%2Foauth%2Fapplications");
    await t.send("/docs/errors", { method: "HEAD" });
    const names = spans.take().map(({ name }) => name);
    assert.deepEqual(names, ["GET /oauth/sign-in", "HEAD /docs/errors"]);
  });

  await suite.test(
    "within a span of the embedding program, it is an inner one of the same trace",
    async () => {
      const url = "https://example.com:8443/auth";
      const regrant = await createRegrant({ issuer: url, database: "sqlite::memory:", logLevel: "silent" });
      spans.take();
      await trace.getTracer("host").startActiveSpan("outer", async (span) => {
        await regrant.fetch(new Request(`${url}/healthz`, { headers: remoteTrace(40).headers }));
        span.end();
      });
      const [inner, around] = spans.take();
      assert.equal(inner?.name, "GET /auth/healthz");
      assert.equal(inner.kind, SpanKind.INTERNAL);
      assert.equal(inner.parentSpanContext?.spanId, around?.spanContext().spanId);
      assert.equal(inner.attributes["server.port"], 8443);
      await regrant.close();
    },
  );

  await suite.test("what stands in the path for a parameter is not in a span", async () => {
    spans.take();
    await t.send("/oauth/register/secret-in-the-path?and=one-in-the-query");
    const { name, attributes } = spanNamed(spans.take(), "GET /oauth/register/:id");
    assert.equal(attributes["url.path"], "/oauth/register/REDACTED");
    assert.doesNotMatch(JSON.stringify([name, attributes]), /secret|query/);
  });

  await suite.test("a failure is an error, whose type is its cause", async () => {
    const token = await newToken();
    using database = new DatabaseSync(databasePath(t.folder));
    database.exec("DROP TABLE grants");
    spans.take();
    assert.equal((await refresh(token)).status, 500);
    const request = spanNamed(spans.take(), "POST /oauth/token");
    assert.deepEqual(request.status, { code: SpanStatusCode.ERROR });
    assert.equal(request.attributes["error.type"], "unexpected");
    assert.deepEqual(request.events, []);
  });
});

test("the account service gets the trace, once, and the baggage of strangers not at all", async (suite) => {
  const { tracing, spans } = await (traces ??= setUpTraces());
  let received: IncomingHttpHeaders = {};
  const accountsUrl = await listen(suite, (request, response) => {
    received = request.headers;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ outcome: "accepted", subject: "ada" }));
  });
  const accountsSecret = Buffer.alloc(32, 7).toString("base64");
  const settings = {
    accountsUrl: `${accountsUrl}/check?key=in-the-url`,
    accountsSecret,
    passwordGrant: true,
  };
  const t = await startService(settings, { tracing });
  suite.after(() => t.close());
  const { credentials } = await t.client();
  const caller = remoteTrace(50);
  spans.take();
  const login = { ...credentials, grant_type: "password", username: "ada", password: "correct horse" };
  tokensOf(await t.token(login, { ...caller.headers, baggage: "of=a-stranger" }));
  const ended = spans.take();
  const sent = spanNamed(ended, "POST");
  const { traceId, spanId } = sent.spanContext();
  assert.equal(traceId, caller.traceId);
  assert.equal(sent.kind, SpanKind.CLIENT);
  assert.equal(sent.parentSpanContext?.spanId, spanNamed(ended, "POST /oauth/token").spanContext().spanId);
  assert.equal(sent.attributes["url.full"], `${accountsUrl}/check`);
  assert.equal(sent.attributes["http.response.status_code"], 200);
  assert.equal(received["traceparent"], `00-${traceId}-${spanId}-01`);
  assert.equal(received["baggage"], undefined);
});
