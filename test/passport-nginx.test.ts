import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { needNginx } from "./need.ts";
import { startNginx } from "./nginx.ts";
import { freePort } from "./ports.ts";
import { jsonLines, Service } from "./service.ts";

const GUIDE = join(import.meta.dirname, "../docs/passport.md");
/** Addresses of the loopback network that programs call from. */
const CALLERS = Array.from({ length: 200 }, (_, i) => `127.0.1.${i + 1}`);

const nginx = await needNginx();
/** Linux answers on all of 127/8; others on 127.0.0.1 alone. */
const missing = process.platform === "linux" ? nginx.missing : "only Linux has callers of many addresses";

test(
  "with the guide's nginx each caller stays on its side, a part of them moves, and goes back",
  { skip: missing, timeout: 120_000 },
  async (t) => {
    const service = await Service.prepare(t, { REGRANT_TRUSTED_PROXIES: "127.0.0.1" });
    const { client_id: client } = await service.createClient("--grant-type", "refresh_token");
    const regrant = await service.serve();
    const ports = { laravel: await serveLaravel(t), regrant: regrant.port, nginx: await freePort() };
    const guide = (split: string) => configuration(ports, split);
    const proxy = await startNginx(t, nginx.path, guide("5%   regrant;\n    *    laravel;"));
    const sides = () => Promise.all(CALLERS.map((caller) => sideOf(ports.nginx, caller, client)));
    const share = (answered: readonly string[]) => answered.filter((side) => side === "regrant").length;

    const few = await sides();
    assert.ok(share(few) > 0 && share(few) <= 25, `${share(few)} of 200 are at Regrant, with 5 %`);
    assert.deepEqual(await sides(), few, "each caller is always sent to the same side");
    await proxy.reload(guide("50%  regrant;\n    *    laravel;"));
    const half = await sides();
    assert.ok(share(half) > 70 && share(half) < 130, `${share(half)} of 200 are at Regrant, with 50 %`);
    assert.ok(
      few.every((side, i) => side === "laravel" || half[i] === "regrant"),
      "who moved stays",
    );
    await proxy.reload(guide("*    regrant;"));
    assert.equal(share(await sides()), CALLERS.length);

    const jwks = await call(ports.nginx, { path: "/.well-known/jwks.json" });
    assert.ok("keys" in JSON.parse(jwks));
    assert.equal(await call(ports.nginx, { path: "/api/orders" }), "laravel");
    const events = await service.run(["events", "--type", "client.refused", "--json"]);
    const addresses = jsonLines<{ address: string }>(events).map(({ address }) => address);
    assert.ok(addresses.length > 0 && addresses.every((address) => CALLERS.includes(address)));

    await proxy.reload(guide("*    laravel;"));
    assert.equal(share(await sides()), 0);
  },
);

/** What the guide shows, between these servers, without the certificate. */
function configuration(ports: { laravel: number; regrant: number; nginx: number }, split: string): string {
  const [, page] = /```nginx\n([^]*?)```/.exec(readFileSync(GUIDE, "utf8")) ?? [];
  assert.ok(page);
  const replaced: [RegExp, string][] = [
    [/127\.0\.0\.1:8080/, `127.0.0.1:${ports.laravel}`],
    [/127\.0\.0\.1:8787/, `127.0.0.1:${ports.regrant}`],
    [/listen 443 ssl;/, `listen 127.0.0.1:${ports.nginx};`],
    [/ssl_certificate .*;/, ""],
    [/ssl_certificate_key .*;/, ""],
    [/5% +regrant;\s+\* +laravel;/, split],
  ];
  return replaced.reduce((text, [from, to]) => {
    assert.match(text, from);
    return text.replace(from, to);
  }, page);
}

/** In the place of Laravel: it only says that it was asked. */
async function serveLaravel(t: TestContext): Promise<number> {
  const server = createServer((_, response) => response.end("laravel")).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Who answers a token request of this caller. */
async function sideOf(port: number, caller: string, client: string): Promise<"laravel" | "regrant"> {
  const form = `grant_type=refresh_token&client_id=${client}&client_secret=none&refresh_token=none`;
  const answer = await call(port, { path: "/oauth/token", localAddress: caller, form });
  if (answer === "laravel") return answer;
  assert.equal((JSON.parse(answer) as { error: string }).error, "invalid_client");
  return "regrant";
}

async function call(
  port: number,
  { path, localAddress, form }: { path: string; localAddress?: string; form?: string },
): Promise<string> {
  const headers = form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" };
  const method = form === undefined ? "GET" : "POST";
  const sent = request({ host: "127.0.0.1", port, path, method, headers, localAddress, agent: false });
  sent.end(form);
  const [response] = (await once(sent, "response")) as [NodeJS.ReadableStream];
  return text(response);
}
