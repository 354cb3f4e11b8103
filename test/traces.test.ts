import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { after, test } from "node:test";
import type { TestContext } from "node:test";
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { Client } from "pg";
import { createRegrant } from "../packages/server/src/regrant.ts";
import type { RegrantOptions } from "../packages/server/src/regrant-options.ts";
import { TestServer } from "../packages/server/src/store/contract/postgres-server.ts";
import { startService } from "../packages/server/src/testing.ts";
import { remoteTrace, setUpTraces, spanNamed } from "../packages/server/src/tracing/testing.ts";
import { listen } from "./listen.ts";
import { Service } from "./service.ts";

const EXAMPLE = join(import.meta.dirname, "../examples/otel.mjs");
const MASTER_KEY = randomBytes(32).toString("base64url");

const server = await TestServer.start();
after(() => server.stop());

const GUIDE = join(import.meta.dirname, "../docs/operations.md");
const MANIFEST = join(import.meta.dirname, "../package.json");

/** The members of a span in OTLP's JSON that are looked at here. */
interface SentSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
}

/** A request of an OTLP exporter, as far as it is looked at here. */
interface Exported {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: SentSpan[] }[];
  }[];
}

test("on PostgreSQL a batch of refreshes is one span, of all their traces", async (t) => {
  const { tracing, spans } = await setUpTraces();
  const database = await server.newDatabase();
  const service = await startService({ masterKey: MASTER_KEY }, { tracing, database });
  t.after(() => service.close());
  const client = await service.client();
  const newTokens = async (count: number) => {
    const grants = await Promise.all(Array.from({ length: count }, () => service.grant(client)));
    return grants.map(({ refreshToken }) => refreshToken);
  };
  const refresh = (token: string, traceNumber: number) => {
    const fields = { ...client.credentials, grant_type: "refresh_token", refresh_token: token };
    return service.token(fields, remoteTrace(traceNumber).headers);
  };

  await t.test("which is a child of one request, and linked with the others", async () => {
    const tokens = await newTokens(4);
    spans.take();
    await Promise.all(tokens.map(refresh));
    const ended = spans.take();
    const batch = spanNamed(ended, "UPDATE grants");
    assert.equal(batch.kind, SpanKind.CLIENT);
    assert.deepEqual(batch.attributes, {
      "db.system.name": "postgresql",
      "db.namespace": new URL(database).pathname.slice(1),
      "db.query.summary": "UPDATE grants",
      "db.operation.batch.size": 4,
      "server.address": "127.0.0.1",
      "server.port": server.port,
    });
    const traceIds = [batch.spanContext(), ...batch.links.map(({ context }) => context)].map(
      ({ traceId }) => traceId,
    );
    assert.deepEqual(
      traceIds.toSorted(),
      [0, 1, 2, 3].map((number) => remoteTrace(number).traceId),
    );
    const requests = ended.filter(({ name }) => name === "POST /oauth/token");
    assert.deepEqual(
      requests.map(({ attributes }) => attributes["regrant.outcome"]),
      Array(4).fill("rotated"),
    );
  });

  await t.test("and a token that it does not rotate is decided in its own request's trace", async () => {
    const [spent = "", other = ""] = await newTokens(2);
    await refresh(spent, 4);
    service.clock.at += 121_000;
    spans.take();
    await Promise.all([refresh(other, 5), refresh(spent, 6)]);
    const ended = spans.take();
    const { traceId } = remoteTrace(6);
    assert.equal(spanNamed(ended, "TRANSACTION").spanContext().traceId, traceId);
    const line = service.log.findLast(({ event }) => event === "grant.retried_late");
    assert.equal(line?.["trace_id"], traceId);
  });

  await t.test("and an error of PostgreSQL is the error of its span", async () => {
    const [token = ""] = await newTokens(1);
    const connection = new Client(database);
    await connection.connect();
    await connection.query("ALTER TABLE grants RENAME TO elsewhere");
    await connection.end();
    spans.take();
    assert.equal((await refresh(token, 7)).status, 500);
    const batch = spanNamed(spans.take(), "UPDATE grants");
    assert.equal(batch.status.code, SpanStatusCode.ERROR);
    assert.equal(batch.attributes["error.type"], "42P01");
  });
});

test("the guide's otel.mjs is the example's", () => {
  const program = readFileSync(EXAMPLE, "utf8").replace(/^(\/\/.*\n)+/, "");
  assert.ok(readFileSync(GUIDE, "utf8").includes(`\`\`\`js\n${program}\`\`\``));
});

test("the guide installs the versions of OpenTelemetry that are tested here, since newer ones do not fit together", () => {
  const [, command = ""] = /npm install (@opentelemetry[^#]*)#/.exec(readFileSync(GUIDE, "utf8")) ?? [];
  const installed = [...command.matchAll(/(@opentelemetry\/[\w-]+)@([\d.]+)/g)];
  const { devDependencies } = JSON.parse(readFileSync(MANIFEST, "utf8")) as {
    devDependencies: Record<string, string>;
  };
  const tested = Object.entries(devDependencies)
    .filter(([name]) => name.startsWith("@opentelemetry/"))
    .map(([name, version]) => [name, version.replace(/\.\d+$/, "")]);
  assert.deepEqual(
    Object.fromEntries(installed.map(([, name = "", version]) => [name, version])),
    Object.fromEntries(tested),
  );
});

test("with the guide's otel.mjs, workers export their spans by OTLP, the last ones before they exit", async (t) => {
  const { url, exported } = await startCollector(t);
  const database = await server.newDatabase();
  const issuer = "http://127.0.0.1";
  const { client, tokens } = await issueTokens({ issuer, database, masterKey: MASTER_KEY });
  const service = await Service.prepare(t, {
    REGRANT_DATABASE: database,
    REGRANT_MASTER_KEY: MASTER_KEY,
    REGRANT_ISSUER: issuer,
    REGRANT_SHUTDOWN_DELAY: "0",
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_SERVICE_NAME: "auth",
    // Only what is flushed at the end arrives.
    OTEL_BSP_SCHEDULE_DELAY: "3600000",
  });
  const node = await service.serve({ flags: ["--workers", "2"], nodeFlags: ["--import", EXAMPLE] });
  for (const [number, refresh_token] of tokens.entries()) {
    const { client_id, client_secret } = client;
    const body = new URLSearchParams({
      client_id,
      client_secret,
      grant_type: "refresh_token",
      refresh_token,
    });
    // Each connection goes to the next worker.
    const headers = { ...remoteTrace(100 + number).headers, connection: "close" };
    const response = await fetch(`${node.url}/oauth/token`, { method: "POST", headers, body });
    assert.equal(response.status, 200);
  }
  assert.equal(await node.stop(), 0);

  const resources = exported.flatMap(({ resourceSpans }) => resourceSpans);
  const names = resources.flatMap(({ resource }) =>
    resource.attributes.filter(({ key }) => key === "service.name").map(({ value }) => value.stringValue),
  );
  assert.deepEqual(names, ["auth", "auth"], "one of each worker");
  const spans = resources.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
  for (const number of tokens.keys()) {
    const { traceId, spanId } = remoteTrace(100 + number);
    const ofTrace = spans.filter((span) => span.traceId === traceId);
    const request = ofTrace.find(({ name }) => name === "POST /oauth/token");
    assert.equal(request?.parentSpanId, spanId);
    assert.equal(ofTrace.find(({ name }) => name === "UPDATE grants")?.parentSpanId, request.spanId);
  }
  const sent = JSON.stringify(exported);
  for (const secret of [client.client_secret, MASTER_KEY, ...tokens]) assert.ok(!sent.includes(secret));
});

/** A client and refresh tokens of it, in a database that no process has open. */
async function issueTokens(options: Pick<RegrantOptions, "issuer" | "database" | "masterKey">) {
  const regrant = await createRegrant({ ...options, signingAlgorithm: "EdDSA", logLevel: "silent" });
  const { client_id, client_secret = "" } = await regrant.admin.clients.create({ name: "Example" });
  const issue = () => regrant.issue({ clientId: client_id, subject: "subject-1" });
  const issued = await Promise.all([issue(), issue(), issue(), issue()]);
  await regrant.close();
  return { client: { client_id, client_secret }, tokens: issued.map((one) => one.refresh_token ?? "") };
}

/** What an OTLP/HTTP collector gets. */
async function startCollector(t: TestContext): Promise<{ url: string; exported: Exported[] }> {
  const exported: Exported[] = [];
  const url = await listen(t, (request, response) => {
    assert.equal(request.url, "/v1/traces");
    const receive = async () => {
      exported.push((await json(request)) as Exported);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    };
    void receive();
  });
  return { url, exported };
}
