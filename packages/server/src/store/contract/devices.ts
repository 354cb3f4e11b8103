import assert from "node:assert/strict";
import { CODE_KEPT } from "../authorization.ts";
import type { NewDeviceRequest, PresentedDeviceCode } from "../devices.ts";
import { DEVICE_CODE } from "../../client-settings/grant-types.ts";
import type { Grant } from "../store.ts";
import { ACTOR, afterSignIn, found } from "./bench.ts";
import type { Bench } from "./bench.ts";
import {
  HOUR,
  SECOND,
  SIGN_IN,
  START,
  WINDOW,
  digest,
  newDeviceRequest,
  presentedDeviceCode,
  uuid,
} from "./fixtures.ts";

const POLLERS = 50;
const SWEEP = { limit: 100, eventRetention: 365 * 86_400 };
const ADA = { subject: "ada", authTime: START - HOUR };
const DECIDED = { ...ADA, signIn: SIGN_IN.digest };

/** A pending request of a new client. */
async function asked(bench: Bench, changes: Partial<NewDeviceRequest> = {}): Promise<NewDeviceRequest> {
  const { id } = await bench.client({ grantTypes: [DEVICE_CODE, "refresh_token"] });
  const request = newDeviceRequest(id, changes);
  assert.equal(await bench.store.devices.request(request), "requested");
  return request;
}

async function allowed(bench: Bench, changes: Partial<NewDeviceRequest> = {}): Promise<NewDeviceRequest> {
  const request = await asked(bench, changes);
  assert.equal(await bench.store.devices.decide(request.userCode, { ...DECIDED, allowed: true }), "decided");
  return request;
}

async function redeemed(bench: Bench, presented: PresentedDeviceCode): Promise<Grant> {
  const result = await bench.store.devices.poll(presented);
  assert.ok("grant" in result, result.outcome);
  return result.grant;
}

async function isRefused(bench: Bench, presented: PresentedDeviceCode, outcome: string): Promise<void> {
  assert.deepEqual(await bench.store.devices.poll(presented), { outcome });
}

export const deviceCases = afterSignIn({
  "a request is found by its user code until it is answered": async (bench) => {
    const { devices } = bench.store;
    const request = await asked(bench, { scope: "read write", resource: "https://api.example" });
    const { clientId, scope, resource, interval, userCode } = request;
    const life = { createdAt: START, expiresAt: START + 600 * SECOND, interval, polledAt: null };
    const unanswered = { subject: null, authTime: null, claims: null, grantId: null, redeemedAt: null };
    const expected = { clientId, scope, resource, ...life, state: "pending", ...unanswered };
    assert.deepEqual(await devices.find(userCode), expected);
    assert.equal(await devices.find(digest()), undefined);
    assert.equal(await devices.request(newDeviceRequest(clientId, { userCode })), "user_code_taken");
    assert.equal(await devices.decide(userCode, { ...DECIDED, allowed: true }), "decided");
    assert.equal(await devices.find(userCode), undefined);
    assert.equal(await devices.decide(userCode, { ...DECIDED, allowed: false }), "gone");
    assert.equal(await devices.request(newDeviceRequest(clientId, { userCode })), "requested");
  },

  "an allowed request becomes the grant that it says, and the consent is remembered": async (bench) => {
    const claims = { authorization_details: [{ type: "payment" }] };
    const request = await allowed(bench, { scope: "read", resource: "https://api.example", claims });
    const presented = presentedDeviceCode(request);
    const grant = await redeemed(bench, presented);
    const { clientId, scope, resource } = request;
    const { id, secretHash } = presented.grant;
    const expected = { id, secretHash, clientId, scope, resource, claims, ...ADA, generation: 0 };
    assert.deepEqual({ ...grant, ...expected }, grant);
    assert.deepEqual(await bench.store.grants.find(id), grant);
    assert.equal(found(await bench.store.consents.find("ada", clientId)).scope, "read");
    const { type, data } = await bench.lastEvent();
    assert.deepEqual([type, data["via"]], ["grant.created", "device_code"]);
    assert.ok((await bench.eventTypes()).includes("device.allowed"));
    assert.equal((await bench.refresh(grant, 0)).outcome, "rotated");
  },

  "how the subject authenticated who allows a request is added to the claims of the grant": async (bench) => {
    const details = { authorization_details: [{ type: "payment" }] };
    for (const [claims, acr, expected] of [
      [details, "mfa", { ...details, acr: "mfa" }],
      [details, null, details],
      [null, "mfa", { acr: "mfa" }],
      [null, null, null],
    ] as const) {
      const request = await asked(bench, { claims });
      await bench.store.devices.decide(request.userCode, { ...DECIDED, acr, allowed: true });
      assert.deepEqual((await redeemed(bench, presentedDeviceCode(request))).claims, expected);
    }
  },

  "a denied request is refused from then on, and gives no consent": async (bench) => {
    const request = await asked(bench);
    await bench.store.devices.decide(request.userCode, { ...DECIDED, allowed: false });
    await isRefused(bench, presentedDeviceCode(request), "denied");
    bench.clock.at += HOUR;
    await isRefused(bench, presentedDeviceCode(request), "denied");
    assert.equal((await bench.lastEvent()).type, "device.denied");
    assert.equal(await bench.store.consents.find("ada", request.clientId), undefined);
  },

  "whoever polls too soon is told so, and has to wait longer each time": async (bench) => {
    const presented = presentedDeviceCode(await asked(bench, { interval: 5 }));
    const steps: [wait: number, outcome: string][] = [
      [0, "authorization_pending"],
      [4 * SECOND, "authorization_pending"],
      [3999, "slow_down"],
      [8999, "slow_down"],
      [14 * SECOND, "authorization_pending"],
      [13_999, "slow_down"],
    ];
    for (const [wait, outcome] of steps) {
      bench.clock.at += wait;
      await isRefused(bench, presented, outcome);
    }
    assert.equal(found(await bench.store.devices.find((await asked(bench)).userCode)).polledAt, null);
  },

  "who polled too soon gets the tokens all the same, once they are allowed": async (bench) => {
    const request = await asked(bench);
    await isRefused(bench, presentedDeviceCode(request), "authorization_pending");
    await isRefused(bench, presentedDeviceCode(request), "slow_down");
    await bench.store.devices.decide(request.userCode, { ...DECIDED, allowed: true });
    await redeemed(bench, presentedDeviceCode(request));
  },

  "a request is of use for its lifetime only, allowed or not": async (bench) => {
    const pending = await asked(bench, { ttl: 600 });
    const request = await allowed(bench, { ttl: 600 });
    bench.clock.at += 600 * SECOND;
    await isRefused(bench, presentedDeviceCode(pending), "code_expired");
    await isRefused(bench, presentedDeviceCode(request), "code_expired");
    assert.equal(await bench.store.devices.find(pending.userCode), undefined);
    assert.equal(await bench.store.devices.decide(pending.userCode, { ...DECIDED, allowed: true }), "gone");
  },

  "a redemption repeated in the retry window gets the same grant, unless that was refreshed or ended": async (
    bench,
  ) => {
    const request = await allowed(bench);
    const grant = await redeemed(bench, presentedDeviceCode(request));
    bench.clock.at += WINDOW - 1;
    assert.deepEqual(await redeemed(bench, presentedDeviceCode(request)), grant);
    await bench.refresh(grant, 0);
    await isRefused(bench, presentedDeviceCode(request), "code_spent");
    assert.equal(found(await bench.store.grants.find(grant.id)).revokedAt, null);

    const other = await allowed(bench);
    const ended = await redeemed(bench, presentedDeviceCode(other));
    await bench.store.grants.revoke(ended.id, "revoked_by_subject", ACTOR);
    await isRefused(bench, presentedDeviceCode(other), "code_spent");
  },

  "a device code that is used again after the retry window ends the grant that it became": async (bench) => {
    const request = await allowed(bench);
    const grant = await redeemed(bench, presentedDeviceCode(request));
    bench.clock.at += WINDOW;
    await isRefused(bench, presentedDeviceCode(request), "code_reused");
    assert.equal((await bench.store.grants.find(grant.id))?.revokedReason, "code_reused");
  },

  [`a device code raced by ${POLLERS} pollers becomes one grant`]: async (bench) => {
    const request = await allowed(bench);
    const grants = await Promise.all(
      Array.from({ length: POLLERS }, () => redeemed(bench, presentedDeviceCode(request))),
    );
    assert.equal(new Set(grants.map(({ id }) => id)).size, 1);
    const made = await bench.store.grants.list({ clientId: request.clientId }, { limit: 10 });
    assert.equal(made.length, 1);
  },

  "of several answers at once the first one holds": async (bench) => {
    const { userCode } = await asked(bench);
    const answers = [true, false, true, false].map((allowed) =>
      bench.store.devices.decide(userCode, { ...DECIDED, allowed }),
    );
    const results = await Promise.all(answers);
    assert.deepEqual(results.toSorted(), ["decided", "gone", "gone", "gone"]);
  },

  "who could not redeem a device code neither uses it up nor ends its grant": async (bench) => {
    const request = await allowed(bench);
    const other = await bench.client();
    const wrong: [Partial<PresentedDeviceCode>, string][] = [
      [{ digest: digest() }, "unknown_code"],
      [{ clientId: other.id }, "client_mismatch"],
    ];
    for (const [changes, outcome] of wrong) {
      await isRefused(bench, presentedDeviceCode(request, changes), outcome);
    }
    const elsewhere = { resource: "https://else.example" };
    await isRefused(bench, presentedDeviceCode(request, elsewhere), "resource_mismatch");
    const grant = await redeemed(bench, presentedDeviceCode(request));
    bench.clock.at += HOUR;
    for (const [changes, outcome] of wrong) {
      await isRefused(bench, presentedDeviceCode(request, changes), outcome);
    }
    assert.equal((await bench.refresh(grant, 0)).outcome, "rotated");
  },

  "a request is made, allowed and redeemed only while its client and its account are enabled": async (
    bench,
  ) => {
    const { accounts, clients, devices } = bench.store;
    await accounts.create({ subject: "ada", username: "ada", passwordHash: null }, ACTOR);
    const ready = await allowed(bench);
    const pending = await asked(bench);
    await accounts.disable("ada", ACTOR);
    assert.equal(await devices.decide(pending.userCode, { ...DECIDED, allowed: true }), "account_disabled");
    await isRefused(bench, presentedDeviceCode(ready), "account_disabled");
    await clients.disable(pending.clientId, ACTOR);
    assert.equal(await devices.decide(pending.userCode, { ...DECIDED, allowed: true }), "client_disabled");
    assert.equal(await devices.request(newDeviceRequest(pending.clientId)), "client_disabled");
    assert.equal(await devices.request(newDeviceRequest(uuid())), "client_disabled");
  },

  "requests are swept a day after they expired": async (bench) => {
    const request = await allowed(bench);
    await redeemed(bench, presentedDeviceCode(request));
    bench.clock.at += 600 * SECOND + CODE_KEPT - 1;
    await bench.store.sweep(SWEEP);
    await isRefused(bench, presentedDeviceCode(request), "code_reused");
    bench.clock.at += 1;
    await bench.store.sweep(SWEEP);
    await isRefused(bench, presentedDeviceCode(request), "unknown_code");
  },
});
