import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startService, tokensOf } from "../../testing.ts";
import { itemsOf, rowsOf, shownPage } from "./testing.ts";

const PAGE = "/docs/retry-rule";
/** s */
const WINDOW = 45;

const service = await startService({ retryWindow: WINDOW });
after(() => service.close());

test("the page on the retry rule has this instance's window", async () => {
  const html = await shownPage(service, PAGE);
  assert.ok(
    itemsOf(html, "rule").includes(
      "If no response arrives, send the same request again. For at least 45 seconds it gets the same tokens again.",
    ),
  );
  assert.equal(html.match(/45 seconds/g)?.length, 4);
  assert.match(html, /After 90 seconds/);
});

test("a lost response goes as its table says", async () => {
  const rows = rowsOf(await shownPage(service, PAGE), "lost-response");
  assert.deepEqual(
    rows.map(([when, , response]) => [when, response]),
    [
      ["At the beginning", "200: B, which is lost"],
      ["Within 45 seconds", "200: B again"],
      ["Later, if B was never used", "200: B one last time. Do not rely on it."],
      ["After 90 seconds, if B was used", "400 invalid_grant reused: the session ends"],
    ],
  );
  const client = await service.client({ retryWindow: WINDOW });
  const { refreshToken: a } = await service.grant(client);
  const sendA = () => service.refresh(client, a);
  const { refreshToken: b } = tokensOf(await sendA());
  service.clock.at += (WINDOW - 1) * 1000;
  assert.equal(tokensOf(await sendA()).refreshToken, b);

  const { refreshToken: late } = await service.grant(client);
  const { refreshToken: successor } = tokensOf(await service.refresh(client, late));
  service.clock.at += 10 * WINDOW * 1000;
  assert.equal(tokensOf(await service.refresh(client, late)).refreshToken, successor);

  tokensOf(await service.refresh(client, b));
  service.clock.at += 2 * WINDOW * 1000;
  const { status, body } = await sendA();
  assert.deepEqual([status, body["error"], body["error_reason"]], [400, "invalid_grant", "reused"]);
});

test("the errors that end a session are those of the wire format", async (t) => {
  const ends = async (of: typeof service) => rowsOf(await shownPage(of, PAGE), "responses").at(3)?.[0];
  assert.equal(await ends(service), "400 invalid_grant");
  const passport = await startService({ passportResponses: "passport-8" });
  t.after(() => passport.close());
  assert.equal(await ends(passport), "401 invalid_request");
});
