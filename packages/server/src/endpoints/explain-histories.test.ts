// The table of histories in docs/refresh.md: each is played, and the endpoint must say what the guide prints.
import { clientSecretBasic, createTokenClient, memoryStore, SessionEndedError } from "@regrant/client";
import { explainRefusals } from "@regrant/client/explain";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { disableAccount } from "../admin/accounts.ts";
import { disableClient } from "../admin/clients.ts";
import { revokeGrant } from "../admin/grants/grants.ts";
import { DAY, HOUR, SECOND, START } from "../store/contract/fixtures.ts";
import { ISSUER, startService, tokensOf } from "../testing.ts";
import type { TestClient } from "../testing.ts";
import { openRefreshToken } from "../tokens/refresh-token.ts";
import { revokeAppAccess } from "./authorized-apps.ts";

const MINUTE = 60 * SECOND;
const GUIDE = join(import.meta.dirname, "../../../../docs/refresh.md");

const t = await startService();
after(() => t.close());
const { clock } = t;

/** A session that began at midnight, and the refresh token of its client. */
interface Session {
  client: TestClient;
  subject: string;
  token: string;
  /** Refreshes after a time, with the newest token by default. */
  refresh: (wait: number, token?: string) => Promise<string>;
  /** Presents a token after a time, and is refused. */
  refused: (wait: number, token: string) => Promise<void>;
}

async function begin(settings: Parameters<typeof t.client>[0] = {}): Promise<Session> {
  clock.at = START;
  const client = await t.client(settings);
  const subject = await t.account(`user-${client.id}`, "correct horse");
  const { refreshToken: token } = await t.grant(client, { subject });
  let newest = token;
  return {
    client,
    subject,
    token,
    async refresh(wait, presented = newest) {
      clock.at += wait;
      newest = tokensOf(await t.refresh(client, presented)).refreshToken;
      return newest;
    },
    async refused(wait, presented) {
      clock.at += wait;
      assert.equal((await t.refresh(client, presented)).status, 400);
    },
  };
}

/** What happens to a session, and the token that its client then asks about: by default its first one. */
type Play = (session: Session) => Promise<string | undefined>;

const PLAYS: Readonly<Record<string, Play>> = {
  "The response was lost, and the refresh repeated within the window": async ({ token, refresh }) => {
    await refresh(HOUR);
    await refresh(30 * SECOND, token);
  },
  "The response was lost, and its repetitions later than the window": async ({ token, refresh, refused }) => {
    await refresh(HOUR);
    await refresh(10 * MINUTE, token);
    await refused(10 * MINUTE, token);
  },
  "A second process presented a token that the first had spent": async ({ token, refresh, refused }) => {
    await refresh(HOUR);
    await refresh(HOUR);
    await refused(2 * HOUR, token);
  },
  "The client's store was restored from a backup": async ({ token, refresh, refused }) => {
    for (let i = 0; i < 12; i++) await refresh(HOUR);
    await refused(DAY, token);
  },
  "Two programs used the session side by side": async ({ client, token, refresh }) => {
    await t.deps.store.clients.update(client.id, { concurrentUse: "revoke" }, "test");
    t.deps.clients.clear();
    let spent = token;
    for (let i = 0; i < 4; i++) {
      const head = await refresh(HOUR, spent);
      await refresh(SECOND, spent);
      spent = head;
    }
    await refresh(HOUR, spent);
    clock.at += SECOND;
    assert.equal((await t.refresh(client, spent)).status, 400);
    return spent;
  },
  "The user removed the app's access": async ({ client, subject }) => {
    clock.at += HOUR;
    assert.equal(await revokeAppAccess(t.deps, subject, client.id), "revoked");
  },
  "The client revoked the token": async ({ client, token }) => {
    clock.at += HOUR;
    assert.equal((await t.revoke(client, token)).status, 200);
  },
  "An operator revoked the session": async ({ token }) => {
    clock.at += HOUR;
    const { grantId = "" } = openRefreshToken(token, t.deps.keys) ?? {};
    await revokeGrant(t.deps, grantId, "cli:secret-operator");
  },
  "The refresh token was not used": async ({ refresh }) => {
    await refresh(HOUR);
    clock.at += 11 * DAY;
  },
  "The session came to the end of its lifetime": async ({ client }) => {
    await t.deps.store.clients.update(client.id, { refreshIdleTtl: 31_536_000 }, "test");
    t.deps.clients.clear();
    clock.at += 366 * DAY;
  },
  "The provider disabled the client": async ({ client }) => {
    clock.at += HOUR;
    await disableClient(t.deps, client.id, "cli:secret-operator");
  },
  "The provider disabled the user's account": async ({ subject }) => {
    clock.at += HOUR;
    await disableAccount(t.deps, subject, "cli:secret-operator");
  },
};

test("each history of the guide is explained as it says, and names no user and no operator", async () => {
  const rows: string[][] = [];
  for (const [history, play] of Object.entries(PLAYS)) {
    const session = await begin();
    const token = (await play(session)) ?? session.token;
    const { status, body, text } = await t.post("/oauth/explain", {
      ...session.client.credentials,
      token,
    });
    assert.equal(status, 200, text);
    assert.doesNotMatch(text, /secret-operator|user-|rgr_/);
    assert.equal(text.includes(session.subject), false);
    const { state, reason, next_step, sentences } = body as Record<string, string> & { sentences: string[] };
    const members = [state, reason, next_step].map((member) => `\`${member}\``).join(", ");
    rows.push([history, members, sentences.join(" ")]);
  }
  assert.deepEqual(rowsOfGuide(), rows);
});

test("the error of a token client says the same", async () => {
  const { client, token, refresh } = await begin();
  await refresh(HOUR);
  await refresh(HOUR);
  clock.at += HOUR;
  const fetch: typeof globalThis.fetch = async (...args) => t.service.fetch(new Request(...args));
  const tokens = createTokenClient({
    key: "k",
    store: memoryStore(),
    tokenEndpoint: `${ISSUER}/oauth/token`,
    clientId: client.id,
    clientAuth: clientSecretBasic(client.secret),
    fetch: explainRefusals({ explanationEndpoint: `${ISSUER}/oauth/explain`, fetch }),
  });
  await tokens.set({ access_token: "a", refresh_token: token, expires_in: 60 });
  const error = await tokens.getToken({ mode: "force" }).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof SessionEndedError);
  const { body } = await t.post("/oauth/explain", { ...client.credentials, token });
  assert.equal(error.description, (body["sentences"] as string[]).join(" "));
  assert.match(error.description ?? "", /presented again at 2026-01-01 03:00:00 UTC, 1 h after/);
});

function rowsOfGuide(): string[][] {
  const [, section = ""] = readFileSync(GUIDE, "utf8").split("### Histories\n");
  const lines = section.split(/\n#/)[0]?.match(/^\|.*\|$/gm) ?? [];
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
}
