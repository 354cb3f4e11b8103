import assert from "node:assert/strict";
import { CODE_KEPT } from "../authorization.ts";
import type { NewCode, PresentedCode } from "../authorization.ts";
import type { Grant } from "../store.ts";
import { ACTOR, afterSignIn, found } from "./bench.ts";
import type { Bench } from "./bench.ts";
import { HOUR, SECOND, START, digest, newCode, presentedCode, uuid } from "./fixtures.ts";

const REDEEMERS = 50;
const SWEEP = { limit: 100, eventRetention: 365 * 86_400 };

/** A code of a new client. */
async function issued(bench: Bench, changes: Partial<NewCode> = {}): Promise<NewCode> {
  const code = newCode((await bench.client()).id, changes);
  assert.equal(await bench.store.codes.issue(code), "issued");
  return code;
}

async function redeemed(bench: Bench, presented: PresentedCode): Promise<Grant> {
  const result = await bench.store.codes.redeem(presented);
  assert.ok(result.outcome === "redeemed", result.outcome);
  return result.grant;
}

async function isRefused(bench: Bench, presented: PresentedCode, outcome: string): Promise<void> {
  assert.deepEqual(await bench.store.codes.redeem(presented), { outcome });
}

export const codeCases = afterSignIn({
  "a code becomes the grant that it says": async (bench) => {
    const claims = { acr: "mfa", authorization_details: [{ type: "payment", amount: "1.00" }] };
    const code = await issued(bench, { scope: "read write", resource: "https://api.example", claims });
    bench.clock.at += 59 * SECOND;
    const presented = presentedCode(code);
    const grant = await redeemed(bench, presented);
    const { clientId, subject, scope, resource, authTime } = code;
    const { id, secretHash } = presented.grant;
    const expected = { id, secretHash, clientId, subject, scope, resource, authTime, claims, generation: 0 };
    assert.deepEqual({ ...grant, ...expected }, grant);
    assert.equal(grant.authTime, START - HOUR);
    assert.deepEqual(await bench.store.grants.find(id), grant);
    const { type, grantId, data } = await bench.lastEvent();
    assert.deepEqual([type, grantId, data["via"]], ["grant.created", id, "authorization_code"]);
    const refreshed = await bench.refresh(grant, 0);
    assert.ok(refreshed.outcome === "rotated");
    assert.deepEqual(refreshed.grant.claims, claims);
  },

  "a code that is used twice ends the grant that it became, once": async (bench) => {
    const code = await issued(bench);
    const grant = await redeemed(bench, presentedCode(code));
    bench.clock.at += HOUR;
    await isRefused(bench, presentedCode(code), "code_reused");
    await isRefused(bench, presentedCode(code), "code_reused");
    assert.equal((await bench.store.grants.find(grant.id))?.revokedReason, "code_reused");
    assert.equal((await bench.refresh(grant, 0)).outcome, "revoked");
    const revoked = (await bench.eventTypes()).filter((type) => type === "grant.revoked");
    assert.equal(revoked.length, 1);
  },

  [`a code raced by ${REDEEMERS} redeemers is redeemed once, and its grant is ended by the others`]: async (
    bench,
  ) => {
    const code = await issued(bench);
    const results = await Promise.all(
      Array.from({ length: REDEEMERS }, () => bench.store.codes.redeem(presentedCode(code))),
    );
    const outcomes = results.map(({ outcome }) => outcome);
    assert.equal(outcomes.filter((outcome) => outcome === "redeemed").length, 1);
    assert.equal(outcomes.filter((outcome) => outcome === "code_reused").length, REDEEMERS - 1);
    const grants = await bench.store.grants.list({ clientId: code.clientId }, { limit: 10 });
    assert.equal(grants.length, 1);
    assert.equal(grants[0]?.revokedReason, "code_reused");
  },

  "who could not redeem a code does not use it up, nor end its grant": async (bench) => {
    const code = await issued(bench);
    const other = await bench.client();
    const wrong: [Partial<PresentedCode>, string][] = [
      [{ digest: digest() }, "unknown_code"],
      [{ clientId: other.id }, "client_mismatch"],
      [{ redirectUri: "https://client.example/callback/" }, "redirect_uri_mismatch"],
      [{ redirectUri: undefined, challenge: digest() }, "wrong_verifier"],
      [{ challenge: digest() }, "wrong_verifier"],
      [{ challenge: null }, "wrong_verifier"],
    ];
    for (const [changes, outcome] of wrong) await isRefused(bench, presentedCode(code, changes), outcome);
    await isRefused(bench, presentedCode(code, { resource: "https://else.example" }), "resource_mismatch");
    const grant = await redeemed(bench, presentedCode(code));
    for (const [changes, outcome] of wrong) await isRefused(bench, presentedCode(code, changes), outcome);
    assert.equal((await bench.refresh(grant, 0)).outcome, "rotated");
  },

  "a redirect URI that was named may be left out where the code has a challenge, and only there": async (
    bench,
  ) => {
    const bound = await issued(bench);
    await redeemed(bench, presentedCode(bound, { redirectUri: undefined }));
    await isRefused(bench, presentedCode(bound, { redirectUri: undefined }), "code_reused");
    const free = await issued(bench, { challenge: null });
    await isRefused(bench, presentedCode(free, { redirectUri: undefined }), "redirect_uri_mismatch");
    await redeemed(bench, presentedCode(free));
  },

  "a redirect URI that was not named is compared where it is sent": async (bench) => {
    const code = await issued(bench, { redirectUriNamed: false });
    const elsewhere = { redirectUri: "https://client.example/else" };
    await isRefused(bench, presentedCode(code, elsewhere), "redirect_uri_mismatch");
    await redeemed(bench, presentedCode(code, { redirectUri: undefined }));
  },

  "a resource is compared as a URI": async (bench) => {
    const code = await issued(bench, { resource: "https://mcp.example" });
    await isRefused(bench, presentedCode(code, { resource: "https://mcp.example/x" }), "resource_mismatch");
    const grant = await redeemed(bench, presentedCode(code, { resource: "HTTPS://mcp.example:443/" }));
    assert.equal(grant.resource, "https://mcp.example");
  },

  "a verifier for a code that was asked for without a challenge is refused": async (bench) => {
    const code = await issued(bench, { challenge: null });
    await isRefused(bench, presentedCode(code, { challenge: digest() }), "wrong_verifier");
    await redeemed(bench, presentedCode(code));
  },

  "a redirect URI that the authorization request did not name may be left out, or be the right one": async (
    bench,
  ) => {
    for (const redirectUri of [undefined, "https://client.example/callback"]) {
      const code = await issued(bench, { redirectUriNamed: false });
      const other = { redirectUri: "https://client.example/other" };
      await isRefused(bench, presentedCode(code, other), "redirect_uri_mismatch");
      await redeemed(bench, presentedCode(code, { redirectUri }));
    }
  },

  "a code is of use for its lifetime only": async (bench) => {
    const code = await issued(bench, { ttl: 60 });
    bench.clock.at += 60 * SECOND;
    await isRefused(bench, presentedCode(code), "code_expired");
    assert.deepEqual(await bench.store.grants.list({}, { limit: 1 }), []);
  },

  "a code is issued and redeemed only while its client and its account are enabled": async (bench) => {
    const { accounts, clients, codes } = bench.store;
    await accounts.create({ subject: "kept", username: "ada", passwordHash: null }, ACTOR);
    const ofAccount = await issued(bench, { subject: "kept" });
    await accounts.disable("kept", ACTOR);
    assert.equal(await codes.issue(newCode(ofAccount.clientId, { subject: "kept" })), "account_disabled");
    await isRefused(bench, presentedCode(ofAccount), "account_disabled");
    const ofClient = await issued(bench);
    await clients.disable(ofClient.clientId, ACTOR);
    assert.equal(await codes.issue(newCode(ofClient.clientId)), "client_disabled");
    assert.equal(await codes.issue(newCode(uuid())), "client_disabled");
    await isRefused(bench, presentedCode(ofClient), "client_disabled");
  },

  "codes are swept a day after they expired, so that a late second use is recognised": async (bench) => {
    const code = await issued(bench);
    await redeemed(bench, presentedCode(code));
    bench.clock.at += 60 * SECOND + CODE_KEPT - 1;
    await bench.store.sweep(SWEEP);
    await isRefused(bench, presentedCode(code), "code_reused");
    bench.clock.at += 1;
    await bench.store.sweep(SWEEP);
    await isRefused(bench, presentedCode(code), "unknown_code");
  },

  "a pushed request that was opened is kept longer, and never shorter, and not once it has expired": async (
    bench,
  ) => {
    const { pushedRequests } = bench.store;
    const { id: clientId } = await bench.client();
    const [opened, expired] = [digest(), digest()];
    const { at } = bench.clock;
    for (const each of [opened, expired]) {
      await pushedRequests.push({ digest: each, clientId, parameters: {}, ttl: 60 });
    }
    await pushedRequests.keep(opened, 600);
    await pushedRequests.keep(opened, 5);
    assert.equal((await pushedRequests.find(opened))?.expiresAt, at + 600 * SECOND);
    bench.clock.at += 61 * SECOND;
    await pushedRequests.keep(expired, 600);
    assert.equal(await pushedRequests.find(expired), undefined);
    assert.notEqual(await pushedRequests.find(opened), undefined);
  },

  "a pushed request is found until it expires, and leads to one code": async (bench) => {
    const { codes, pushedRequests } = bench.store;
    const { id: clientId } = await bench.client();
    const [pushed, expiring] = [digest(), digest()];
    const parameters = { state: "\0 «x»", scope: "read" };
    await pushedRequests.push({ digest: pushed, clientId, parameters, ttl: 600 });
    await pushedRequests.push({ digest: expiring, clientId, parameters, ttl: 1 });
    const { at } = bench.clock;
    const expected = { digest: pushed, clientId, parameters, createdAt: at, expiresAt: at + 600 * SECOND };
    assert.deepEqual(await pushedRequests.find(pushed), expected);
    assert.equal(await pushedRequests.find(digest()), undefined);

    const results = await Promise.all(
      Array.from({ length: 5 }, () => codes.issue(newCode(clientId, { pushed }))),
    );
    assert.deepEqual(results.toSorted(), ["issued", ...Array<string>(4).fill("request_used")]);
    assert.equal(await pushedRequests.find(pushed), undefined);

    assert.notEqual(await pushedRequests.find(expiring), undefined);
    bench.clock.at += SECOND;
    assert.equal(await pushedRequests.find(expiring), undefined);
    assert.equal(await codes.issue(newCode(clientId, { pushed: expiring })), "request_used");
    assert.equal((await bench.store.sweep(SWEEP)).removed, 1);
  },

  "a refused code leaves neither consent nor grant behind": async (bench) => {
    const { id: clientId } = await bench.client();
    const asked = newCode(clientId, { pushed: digest(), consented: true });
    assert.equal(await bench.store.codes.issue(asked), "request_used");
    assert.equal(await bench.store.consents.find("subject-1", clientId), undefined);
    await isRefused(bench, presentedCode(asked), "unknown_code");
    assert.equal(found(await bench.store.clients.find(clientId)).id, clientId);
  },
});
