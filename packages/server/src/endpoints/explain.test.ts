import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { newClientSettings } from "../client-settings/settings.ts";
import { secretDigest } from "../clients/authentication/client-secret.ts";
import { readPassportKey } from "../config/passport.ts";
import { legacyGrantDeriver } from "../passport/legacy-grant.ts";
import { issuedVectors } from "../passport/vectors/vectors.ts";
import { Clock, DAY, HOUR, SECOND, START, WINDOW } from "../store/contract/fixtures.ts";
import { TestServer } from "../store/contract/postgres-server.ts";
import { startService, tokensOf } from "../testing.ts";
import type { TestClient, TestService } from "../testing.ts";
import { grantSecretHash, openRefreshToken, sealRefreshToken } from "../tokens/refresh-token.ts";

const MINUTE = 60 * SECOND;
const { app_key: PASSPORT_KEY, stacks } = issuedVectors;
const SETTINGS = { passportKey: PASSPORT_KEY, masterKey: randomBytes(32).toString("base64url") };

const server = await TestServer.start();
after(() => server.stop());

const ENGINES = {
  SQLite: (clock: Clock) => startService(SETTINGS, { clock }),
  PostgreSQL: async (clock: Clock) => startService(SETTINGS, { clock, database: await server.newDatabase() }),
};

for (const [engine, start] of Object.entries(ENGINES)) {
  describe(`${engine}: an explanation`, () => {
    const clock = new Clock();
    let t: TestService;
    let shop: TestClient;
    before(async () => {
      t = await start(clock);
      shop = await t.client();
    });
    after(() => t.close());

    const explain = async (client: Pick<TestClient, "credentials">, token: string) => {
      const { status, body, text } = await t.post("/oauth/explain", { ...client.credentials, token });
      assert.equal(status, 200, text);
      return { ...body, said: (body["sentences"] as string[]).join(" ") } as Record<string, unknown> & {
        said: string;
      };
    };
    /** A session whose tokens are those of `count` refreshes, an hour apart; the oldest first. */
    const session = async (count: number, client = shop, subject = "subject-1") => {
      clock.at = START;
      const tokens = [(await t.grant(client, { subject })).refreshToken];
      for (let i = 0; i < count; i++) {
        clock.at += HOUR;
        tokens.push(tokensOf(await t.refresh(client, tokens.at(-1) ?? "")).refreshToken);
      }
      return tokens as [string, ...string[]];
    };
    const refused = async (client: TestClient, token: string) =>
      assert.equal((await t.refresh(client, token)).status, 400);

    test("of a token that a second process presented: who spent it, that others followed, and what to share", async () => {
      const [first, , third] = await session(3);
      clock.at += 2 * HOUR;
      await refused(shop, first);
      const { said, ...told } = await explain(shop, first);
      assert.equal(
        said,
        "This token was spent by your own refresh, at 2026-01-01 03:00:00 UTC at the latest; the session was refreshed " +
          "2 more times since, the last time at 2026-01-01 03:00:00 UTC. It was presented again at 2026-01-01 05:00:00 UTC, " +
          "2 h after the newest token was issued; that ended the session for all who hold a token of it, since a spent token " +
          "that comes back may be stolen. Sign in again. Let all programs that use a session read its token from one store, " +
          "with a lock for the refresh, and restore no old copy of that store: each token works once.",
      );
      const { sentences: _, ...members } = told as Record<string, unknown>;
      const at = (hours: number) => (START + hours * HOUR) / 1000;
      assert.deepEqual(members, {
        state: "revoked",
        reason: "reused",
        next_step: "sign_in",
        token: "spent",
        created_at: at(0),
        ended_at: at(5),
        last_refreshed_at: at(3),
        expires_at: at(365 * 24),
        spent_before: at(3),
        refreshes_since: 2,
        successor_used: true,
        presented_again_at: at(5),
        retry_window: 120,
      });
      // The other process held the newest token, or one in between.
      assert.match(
        (await explain(shop, third ?? "")).said,
        /An older token of the session, 3 generations behind/,
      );
    });

    test("of a token whose response was lost, and lost again: that its successor was never used", async () => {
      const [first] = await session(0);
      clock.at += HOUR;
      tokensOf(await t.refresh(shop, first));
      clock.at += 10 * MINUTE;
      tokensOf(await t.refresh(shop, first));
      clock.at += 10 * MINUTE;
      await refused(shop, first);
      const { said, ...told } = await explain(shop, first);
      assert.equal(
        said,
        "This token was spent at 2026-01-01 01:00:00 UTC by your own refresh; its successor was issued and never used. It " +
          "was presented again at 2026-01-01 01:10:00 UTC, after the retry window of 2 min, and answered once more, since the " +
          "response may have been lost. It was presented again at 2026-01-01 01:20:00 UTC, 20 min after its successor was " +
          "issued; that ended the session for all who hold a token of it, since a spent token that comes back may be stolen. " +
          "Sign in again, and store the new token before using it. Repeat a refresh whose response was lost within 2 min.",
      );
      assert.equal(told["spent_at"], (START + HOUR) / 1000);
      assert.equal(told["successor_used"], false);
    });

    test("of a token from a restored copy of the client's storage: how many refreshes it missed", async () => {
      const [old] = await session(12);
      clock.at += DAY;
      await refused(shop, old);
      const { said, ...told } = await explain(shop, old);
      assert.match(said, /refreshed 11 more times since.* restore no old copy of that store/);
      assert.deepEqual([told["refreshes_since"], told["next_step"]], [11, "sign_in"]);
    });

    test("of a session that its user, an operator or the client ended: who did, and when, without a name", async () => {
      const ends = {
        revoked_by_subject: "The user ended this client's access at 2026-01-01 01:00:00 UTC. Sign in again.",
        revoked_by_operator: "The provider revoked the session at 2026-01-01 01:00:00 UTC. Sign in again.",
        revoked_by_client:
          "The client revoked the session at 2026-01-01 01:00:00 UTC, by a request to the revocation endpoint. Sign in again.",
        code_reused:
          "The authorization code that the session began with was presented a second time at 2026-01-01 01:00:00 UTC; that " +
          "ended the session, since the code may have been stolen. Sign in again.",
      } as const;
      for (const [reason, expected] of Object.entries(ends)) {
        const [token] = await session(0);
        clock.at += HOUR;
        const id = openRefreshToken(token, t.deps.keys)?.grantId ?? "";
        assert.ok(await t.deps.store.grants.revoke(id, reason as keyof typeof ends, "cli:secret-operator"));
        const { said, ...told } = await explain(shop, token);
        assert.equal(said, expected);
        assert.deepEqual([told["state"], told["reason"]], ["revoked", reason]);
        assert.doesNotMatch(JSON.stringify(told), /secret-operator|subject-1|rgr_/);
      }
    });

    test("of a session that expired: unused, or at the end of its lifetime", async () => {
      const short = await t.client({ refreshIdleTtl: 7200, refreshMaxTtl: 7200 });
      const [unused] = await session(1);
      clock.at += 11 * DAY;
      const idle = await explain(shop, unused);
      assert.match(
        idle.said,
        /its successor was issued and never used\. The newest token was not used for 10 d, and expired at /,
      );
      assert.deepEqual([idle["state"], idle["reason"]], ["expired", "idle_lifetime"]);

      const tokens = await session(1, short);
      clock.at += HOUR;
      const { said, ...told } = await explain(short, tokens[1] ?? "");
      assert.equal(
        said,
        "The session reached the end of its lifetime at 2026-01-01 02:00:00 UTC, 2 h after it began. No refresh moves that " +
          "end. Sign in again.",
      );
      assert.deepEqual([told["state"], told["reason"]], ["expired", "absolute_lifetime"]);
    });

    test("for a disabled client, which no other endpoint serves, and after it is enabled again", async () => {
      const client = await t.client();
      const [token] = await session(0, client);
      clock.at += HOUR;
      await t.deps.store.clients.disable(client.id, "cli:secret-operator");
      const disabled = await explain(client, token);
      assert.equal(
        disabled.said,
        "The provider disabled this client at 2026-01-01 01:00:00 UTC, which ended its sessions. Ask the provider.",
      );
      assert.equal(disabled["next_step"], "contact_provider");
      assert.equal((await t.introspect(client, token)).status, 401);
      const wrong = { ...client, credentials: { ...client.credentials, client_secret: "wrong" } };
      assert.equal((await t.post("/oauth/explain", { ...wrong.credentials, token })).status, 401);
      assert.equal((await t.post("/oauth/explain", { client_id: client.id, token })).status, 401);
      await t.deps.store.clients.enable(client.id, "test");
      const enabled = await explain(client, token);
      assert.match(enabled.said, /The client is enabled again; those sessions stay ended\. Sign in again\.$/);
    });

    test("of a disabled account's session", async () => {
      const subject = await t.account("ada", "correct horse");
      const [token] = await session(0, shop, subject);
      clock.at += HOUR;
      await t.deps.store.accounts.disable(subject, "cli:secret-operator");
      const { said, ...told } = await explain(shop, token);
      assert.equal(
        said,
        "The provider disabled the user's account at 2026-01-01 01:00:00 UTC, which ended the session. Ask the provider.",
      );
      assert.deepEqual([told["reason"], told["next_step"]], ["account_disabled", "contact_provider"]);
      assert.equal(JSON.stringify(told).includes(subject), false);
    });

    test("of concurrent use, reported and revoked: that two programs do not share what they store", async () => {
      for (const concurrentUse of ["report", "revoke"] as const) {
        const client = await t.client({ concurrentUse });
        const tokens = await session(0, client);
        let spent = tokens[0];
        for (let i = 0; i < 5; i++) {
          clock.at += HOUR;
          const head = tokensOf(await t.refresh(client, spent)).refreshToken;
          clock.at += SECOND;
          await t.refresh(client, spent);
          if (i < 4) spent = head;
        }
        const { said, ...told } = await explain(client, spent);
        if (concurrentUse === "report") {
          assert.match(
            said,
            /answered with the newest token\. Spent tokens .* two programs refresh it without sharing/,
          );
          assert.deepEqual([told["state"], told["reason"]], ["active", null]);
        } else {
          assert.match(
            said,
            /^This token was spent .* It was presented again at 2026-01-01 05:00:05 UTC, as in many/,
          );
          assert.match(said, /Sign in once for each program, or let all of them use one store/);
          assert.deepEqual([told["state"], told["reason"]], ["revoked", "concurrent_use"]);
        }
      }
    });

    test("of a token that Laravel Passport issued: imported, not used in time, and spent here", async () => {
      const stack = stacks.find((one) => one.stack === "passport-10.4.2");
      const [issued] = stack?.tokens ?? [];
      const key = readPassportKey(PASSPORT_KEY);
      assert.ok(issued && key);
      const { payload, client_id: id, client_secret: secret, refresh_token: token } = issued;
      clock.at = START;
      const lifetimes = {
        accessTtl: 3600,
        refreshIdleTtl: 864_000,
        refreshMaxTtl: 31_536_000,
        retryWindow: 120,
      };
      const settings = newClientSettings({ name: "Old", scopes: ["read", "write"] }, lifetimes, false);
      const secrets = [{ digest: secretDigest(secret ?? ""), expiresAt: null }];
      await t.deps.store.clients.create({ ...settings, id, public: false, secrets }, "test");
      const client = { credentials: { client_id: id, client_secret: secret ?? "" } };
      assert.equal((await explain(client, token))["state"], "unknown", "its session was not imported");

      const { grantId, secret: own } = legacyGrantDeriver(key)(payload.refresh_token_id);
      const session = {
        id: grantId,
        clientId: id,
        subject: "7",
        scope: "read",
        secretHash: grantSecretHash(own),
      };
      await t.deps.store.grants.adopt([{ ...session, maxTtl: 31_536_000 }]);
      const imported = await explain(client, token);
      assert.match(
        imported.said,
        /^This token was issued by the service that the provider used before; its session/,
      );
      assert.match(
        imported.said,
        /newest token of its session: it was issued at \S+ 00:00:00 UTC and never used\. Refresh/,
      );
      assert.deepEqual([imported["state"], imported["token"]], ["active", "newest"]);

      const [before] = await t.deps.store.grants.list({ subject: "7" }, { limit: 1 });
      tokensOf(await t.refresh(client, token));
      clock.at += HOUR;
      assert.match(
        (await explain(client, token)).said,
        /This token was spent at 2026-01-01 00:00:00 UTC by your own/,
      );
      assert.equal(before?.generation, 0);
    });

    test("of an active session: until when it lives, and what a refresh with each of its tokens meets", async () => {
      const [first, second = "", newest = ""] = await session(2);
      clock.at += SECOND;
      const head = await explain(shop, newest);
      assert.equal(
        head.said,
        "The session is active: it ends at 2027-01-01 00:00:00 UTC at the latest, and at 2026-01-11 02:00:00 UTC unless the " +
          "token is refreshed. This is the newest token of its session: it was issued at 2026-01-01 02:00:00 UTC and never " +
          "used. Refresh with it, and store the new token before using it.",
      );
      assert.deepEqual([head["state"], head["reason"], head["next_step"]], ["active", null, "refresh"]);
      assert.equal(head["refresh_token_expires_at"], (START + 2 * HOUR + 10 * DAY) / 1000);

      const recent = await explain(shop, second);
      assert.match(
        recent.said,
        /answered with the newest token until 2026-01-01 02:02:00 UTC: store that one/,
      );
      assert.equal(recent["retry_until"], (START + 2 * HOUR + WINDOW) / 1000);
      clock.at += WINDOW;
      assert.match(
        (await explain(shop, second)).said,
        /is answered with the newest token once more: store that one/,
      );
      const old = await explain(shop, first);
      assert.match(
        old.said,
        /Do not present this token again: it is refused, and that ends the session\. Use the token/,
      );
      assert.deepEqual(
        [old["state"], old["reason"], old["next_step"]],
        ["active", "spent", "use_newest_token"],
      );
    });

    test("of a token ahead of a restored store, and of a client that may not refresh any more", async () => {
      const [token] = await session(0);
      const opened = openRefreshToken(token, t.deps.keys);
      assert.ok(opened);
      const ahead = sealRefreshToken({ ...opened, generation: 7 }, t.deps.keys.macKeyAt(clock.at));
      const told = await explain(shop, ahead);
      assert.match(
        told.said,
        /newer than the server's record of the session, which was restored .* Refresh with it/,
      );
      assert.equal(told["token"], "ahead");

      const limited = await t.client();
      const [newest] = await session(0, limited);
      await t.deps.store.clients.update(limited.id, { grantTypes: ["password"] }, "test");
      t.deps.clients.clear();
      const { said, reason } = await explain(limited, newest);
      assert.match(said, /This client may not use refresh tokens any more\. Ask the provider\.$/);
      assert.equal(reason, "grant_type_not_allowed");
    });

    test("tells a public client of sessions that have ended, and nothing of an active one", async () => {
      const client = await t.client({}, { isPublic: true });
      const [first, newest = ""] = await session(1, client);
      clock.at += HOUR;
      const unknown = await explain(client, "rgr_unknown");
      for (const token of [first, newest]) assert.deepEqual(await explain(client, token), unknown);
      await refused(client, `${first.slice(0, -1)}${first.endsWith("A") ? "B" : "A"}`);
      clock.at += HOUR;
      assert.equal((await t.revoke(client, newest)).status, 200);
      for (const token of [first, newest]) {
        const told = await explain(client, token);
        assert.deepEqual([told["state"], told["reason"]], ["revoked", "revoked_by_client"]);
      }
    });

    test("is one answer for what is unknown, malformed, forged or another client's", async () => {
      const other = await t.client();
      const [foreign] = await session(0, other);
      const [token] = await session(0);
      const opened = openRefreshToken(token, t.deps.keys);
      assert.ok(opened);
      const macKey = t.deps.keys.macKeyAt(clock.at);
      const { accessToken } = await t.grant(shop);
      const answers = await Promise.all(
        [
          "x",
          "rgr_",
          foreign,
          token.slice(0, -1),
          `${token.slice(0, -2)}${token.endsWith("AA") ? "BB" : "AA"}`,
          sealRefreshToken({ ...opened, secret: randomBytes(16) }, macKey),
          sealRefreshToken({ ...opened, grantId: "019b7600-0000-7000-8000-000000000000" }, macKey),
          accessToken,
          "def50200" + "ab".repeat(200),
        ].map((presented) => t.post("/oauth/explain", { ...shop.credentials, token: presented })),
      );
      const [{ text, status } = { text: "", status: 0 }] = answers;
      assert.equal(status, 200);
      assert.deepEqual(
        answers.map((answer) => [answer.status, answer.text]),
        answers.map(() => [200, text]),
      );
      assert.deepEqual(Object.keys(JSON.parse(text) as object), [
        "state",
        "reason",
        "next_step",
        "sentences",
      ]);
    });

    test("is in the language that `ui_locales` asks for, else in English, whatever a browser prefers", async () => {
      const [first] = await session(0);
      clock.at += HOUR;
      tokensOf(await t.refresh(shop, first));
      clock.at += 40 * MINUTE;
      await t.refresh(shop, first);
      clock.at += 90 * MINUTE;
      await refused(shop, first);
      const english = await explain(shop, first);
      const answer = (locales: string | undefined) =>
        t.post(
          "/oauth/explain",
          { ...shop.credentials, token: first, ui_locales: locales },
          { "accept-language": "fr" },
        );
      assert.deepEqual((await answer(undefined)).body["sentences"], english["sentences"]);
      const { sentences, ...members } = (await answer("xx de-AT it")).body;
      assert.deepEqual(sentences, [
        "Dieses Token wurde am 1. Januar 2026 um 01:00:00 UTC durch Ihre eigene Erneuerung verbraucht; sein Nachfolger wurde " +
          "ausgestellt und nie verwendet.",
        "Es wurde am 1. Januar 2026 um 01:40:00 UTC erneut vorgelegt, nach dem Zeitfenster für Wiederholungen (2 Minuten), und " +
          "noch einmal beantwortet, da die Antwort verloren gegangen sein konnte.",
        "Es wurde am 1. Januar 2026 um 03:10:00 UTC erneut vorgelegt, 2 Stunden, 10 Minuten nachdem der Nachfolger ausgestellt " +
          "worden war; das beendete die Sitzung für alle, die ein Token von ihr haben, denn ein verbrauchtes Token, das " +
          "wiederkommt, könnte gestohlen sein.",
        "Lassen Sie den Benutzer sich erneut anmelden, und speichern Sie das neue Token, bevor Sie es verwenden. Geht die " +
          "Antwort auf eine Erneuerung verloren, wiederholen Sie die Anfrage innerhalb des Zeitfensters (2 Minuten).",
      ]);
      const { sentences: _, said: __, ...inEnglish } = english as Record<string, unknown>;
      assert.deepEqual(members, inEnglish);
    });

    test("touches nothing: no row, no event, no use of the token", async () => {
      const [first, newest = ""] = await session(1);
      clock.at += HOUR;
      const id = openRefreshToken(first, t.deps.keys)?.grantId ?? "";
      const read = async () => [
        await t.deps.store.grants.find(id),
        await t.deps.store.events.list({}, 10_000),
      ];
      const seen = await read();
      for (const token of [first, newest, "x"]) await explain(shop, token);
      assert.deepEqual(await read(), seen);
    });

    test("is limited for each client and network, so that strangers shut nobody out", async () => {
      const [public1, shop2] = [await t.client({}, { isPublic: true }), await t.client()];
      const ask = async (client: TestClient, address: string) => {
        t.caller.address = address;
        return t.post("/oauth/explain", { ...client.credentials, token: "x" });
      };
      for (let i = 0; i < 60; i++) assert.equal((await ask(public1, "192.0.2.9")).status, 200);
      const limited = await ask(public1, "192.0.2.9");
      assert.equal(limited.status, 429);
      assert.ok(Number(limited.headers.get("retry-after")) > 0);
      assert.equal((await ask(public1, "192.0.2.10")).status, 200);
      assert.equal((await ask(shop2, "192.0.2.9")).status, 200);
      t.caller.address = "192.0.2.1";
    });
  });
}

test("without explanations the endpoint is not there, nor in the metadata", async (t) => {
  const service = await startService({ explanations: false });
  t.after(() => service.close());
  assert.equal((await service.post("/oauth/explain", { client_id: "x", token: "y" })).status, 404);
  const { body } = await service.send("/.well-known/oauth-authorization-server");
  assert.deepEqual(
    Object.keys(body).filter((name) => name.startsWith("explanation")),
    [],
  );
});

test("a request lacks its token, has it in the URL, or fails to authenticate: as at the token endpoint", async (t) => {
  const service = await startService();
  t.after(() => service.close());
  const client = await service.client();
  const at = (path: string, parameters: Record<string, string>) => () => service.post(path, parameters);
  const { credentials } = client;
  const refusals = [
    [at("/oauth/explain", credentials), 400, "invalid_request", "parameter_missing", "token"],
    [
      at("/oauth/explain", { ...credentials, client_secret: "x", token: "y" }),
      401,
      "invalid_client",
      "wrong_secret",
    ],
    [at("/oauth/explain?token=y", credentials), 400, "invalid_request", "secret_in_url"],
  ] as const;
  for (const [send, status, error, cause, parameter] of refusals) {
    const expected = { status, error, cause, ...(parameter === undefined ? {} : { parameter }) };
    await service.refused(send, expected, "explain");
  }
});
