import assert from "node:assert/strict";
import type { Client } from "../store.ts";
import { ACTOR, found } from "./bench.ts";
import type { Cases } from "./bench.ts";
import { POLICY, SECOND, digest, newClient, newGrant, uuid } from "./fixtures.ts";

/** Hex of the secrets that work at `now`. */
export function validSecrets({ secrets }: Client, now: number): string[] {
  return secrets
    .filter(({ expiresAt }) => expiresAt === null || expiresAt > now)
    .map((secret) => ("digest" in secret ? secret.digest.toString("hex") : secret.slowHash))
    .toSorted();
}

function hex(...digests: Buffer[]): string[] {
  return digests.map((digest) => digest.toString("hex")).toSorted();
}

export const clientCases: Cases = {
  "a client is found as it was made": async (bench) => {
    const { clients } = bench.store;
    const asked = newClient({
      public: true,
      secrets: [],
      rotation: "threshold",
      profile: "passport",
      audience: "https://api.example",
      resourceServer: true,
      loginProvider: true,
    });
    assert.equal(await clients.create(asked, ACTOR), true);
    const expected = { ...asked, createdAt: bench.clock.at, disabledAt: null, grantsRevokedAt: null };
    assert.deepEqual(await clients.find(asked.id), expected);
    assert.equal(await clients.find(uuid()), undefined);

    const { type, clientId, data } = await bench.lastEvent();
    assert.deepEqual([type, clientId, data["actor"]], ["client.created", asked.id, ACTOR]);
  },

  "an id that is taken is refused, and the client that has it stays as it is": async (bench) => {
    const client = await bench.client();
    const events = await bench.eventTypes();
    assert.equal(await bench.store.clients.create(newClient({ id: client.id, name: "Other" }), ACTOR), false);
    assert.deepEqual(await bench.store.clients.find(client.id), client);
    assert.deepEqual(await bench.eventTypes(), events);
  },

  "clients are listed page by page without gap": async (bench) => {
    const made: Client[] = [];
    for (let i = 0; i < 5; i += 1) made.push(await bench.client());
    const first = await bench.store.clients.list({ limit: 3 });
    const rest = await bench.store.clients.list({ limit: 3, after: first.at(-1)?.id });
    assert.deepEqual([...first, ...rest], made);
  },

  "an update changes the settings and nothing else": async (bench) => {
    const { clients } = bench.store;
    const client = await bench.client();
    const other = await bench.client();
    const { id } = client;
    const changes = { name: "Renamed", retryWindow: 60, scopes: ["read"] };
    bench.clock.at += SECOND;
    const updated = await clients.update(id, changes, ACTOR);
    assert.deepEqual(updated?.client, { ...client, ...changes });
    assert.deepEqual(await clients.find(id), updated.client);
    assert.deepEqual(await clients.find(other.id), other);

    const { type, clientId, data } = await bench.lastEvent();
    assert.deepEqual([type, clientId], ["client.updated", id]);
    assert.deepEqual((data["changed"] as string[]).toSorted(), ["name", "retryWindow", "scopes"]);
    assert.deepEqual(updated.changed, data["changed"]);
    assert.equal(await clients.update(uuid(), changes, ACTOR), undefined);
  },

  "an update that changes nothing is no event": async (bench) => {
    const client = await bench.client();
    const events = await bench.eventTypes();
    const updated = await bench.store.clients.update(client.id, { name: client.name }, ACTOR);
    assert.deepEqual(updated, { client, changed: [] });
    assert.deepEqual(await bench.eventTypes(), events);
  },

  "updates at once are merged: each keeps what the others have set": async (bench) => {
    const { clients } = bench.store;
    const client = await bench.client({ scopes: [] });
    const changes = [
      { name: "Renamed" },
      { retryWindow: 60 },
      { accessTtl: 1800 },
      { redirectUris: ["https://app.example/cb"] },
      ...["a", "b", "c", "d", "e"].map((scope) => (present: Client) => ({
        scopes: [...present.scopes, scope],
      })),
    ];
    await Promise.all(changes.map((change) => clients.update(client.id, change, ACTOR)));
    const { scopes, ...settings } = found(await clients.find(client.id));
    assert.deepEqual(scopes.toSorted(), ["a", "b", "c", "d", "e"]);
    const { scopes: _, ...before } = client;
    const set = { name: "Renamed", retryWindow: 60, accessTtl: 1800 };
    assert.deepEqual(settings, { ...before, ...set, redirectUris: ["https://app.example/cb"] });
  },

  "a change sees the client as it is at that moment, and one that throws changes nothing": async (bench) => {
    const { clients } = bench.store;
    const client = await bench.client({ name: "Before" });
    const refusal = new Error("refused");
    const seen: string[] = [];
    const [, refused, after] = await Promise.allSettled([
      clients.update(client.id, { name: "First" }, ACTOR),
      clients.update(
        client.id,
        ({ name }) => {
          seen.push(name);
          throw refusal;
        },
        ACTOR,
      ),
      clients.update(client.id, { retryWindow: 60 }, ACTOR),
    ]);
    assert.deepEqual(refused, { status: "rejected", reason: refusal });
    assert.equal(seen.at(-1), "First");
    assert.equal(after.status, "fulfilled");
    assert.deepEqual(await clients.find(client.id), { ...client, name: "First", retryWindow: 60 });
  },

  "a rotated secret works at once, beside the present ones until the overlap is over": async (bench) => {
    const { clients } = bench.store;
    const [old, next] = [digest(), digest()];
    const { id } = await bench.client({ secrets: [{ digest: old, expiresAt: null }] });
    const valid = async (): Promise<string[]> => validSecrets(found(await clients.find(id)), bench.clock.at);
    assert.equal(await clients.rotateSecret(id, next, 60, ACTOR), true);
    assert.deepEqual(await valid(), hex(old, next));
    bench.clock.at += 60 * SECOND - 1;
    assert.deepEqual(await valid(), hex(old, next));
    bench.clock.at += 1;
    assert.deepEqual(await valid(), hex(next));
    assert.equal((await bench.lastEvent()).type, "client.secret_rotated");
    assert.equal(await clients.rotateSecret(uuid(), next, 0, ACTOR), false);
  },

  "a second rotation gives a secret that is running out no more time": async (bench) => {
    const { clients } = bench.store;
    const [first, second, third] = [digest(), digest(), digest()];
    const { id } = await bench.client({ secrets: [{ digest: first, expiresAt: null }] });
    const valid = async (): Promise<string[]> => validSecrets(found(await clients.find(id)), bench.clock.at);
    await clients.rotateSecret(id, second, 60, ACTOR);
    bench.clock.at += 30 * SECOND;
    await clients.rotateSecret(id, third, 3600, ACTOR);
    assert.deepEqual(await valid(), hex(first, second, third));
    bench.clock.at += 30 * SECOND;
    assert.deepEqual(await valid(), hex(second, third));
  },

  "without an overlap only the new secret works": async (bench) => {
    const { clients } = bench.store;
    const { id } = await bench.client();
    const next = digest();
    await clients.rotateSecret(id, next, 0, ACTOR);
    assert.deepEqual(validSecrets(found(await clients.find(id)), bench.clock.at), hex(next));
  },

  "two secrets rotated at once both work": async (bench) => {
    const { clients } = bench.store;
    const { id } = await bench.client({ secrets: [] });
    const [one, two] = [digest(), digest()];
    await Promise.all([clients.rotateSecret(id, one, 60, ACTOR), clients.rotateSecret(id, two, 60, ACTOR)]);
    assert.deepEqual(validSecrets(found(await clients.find(id)), bench.clock.at), hex(one, two));
  },

  "disabling ends the client's grants for good; after enabling, new ones work": async (bench) => {
    const { clients } = bench.store;
    const { id } = await bench.client();
    const before = await bench.grant(id);
    const others = await bench.grant();
    const disabledAt = (bench.clock.at += SECOND);
    assert.equal(await clients.disable(id, ACTOR), true);
    assert.equal(await clients.disable(id, ACTOR), false);
    assert.equal((await clients.find(id))?.disabledAt, disabledAt);
    assert.equal((await clients.find(id))?.grantsRevokedAt, disabledAt);
    assert.equal((await bench.refresh(before, 0)).outcome, "revoked");
    assert.equal((await bench.refresh(others, 0)).outcome, "rotated");

    bench.clock.at += SECOND;
    assert.equal(await clients.enable(id, ACTOR), true);
    assert.equal(await clients.enable(id, ACTOR), false);
    assert.equal((await clients.find(id))?.disabledAt, null);
    const after = await bench.grant(id);
    assert.equal((await bench.refresh(before, 0)).outcome, "revoked");
    assert.equal((await bench.refresh(after, 0)).outcome, "rotated");

    bench.clock.at += SECOND;
    await clients.disable(id, ACTOR);
    await clients.enable(id, ACTOR);
    assert.equal((await bench.refresh(after, 1)).outcome, "revoked");
    const types = await bench.eventTypes();
    assert.equal(types.filter((type) => type === "client.disabled").length, 2);
    assert.equal(types.filter((type) => type === "client.enabled").length, 2);
  },

  "a disabled client can be updated, and stays disabled": async (bench) => {
    const { clients } = bench.store;
    const { id } = await bench.client();
    await clients.disable(id, ACTOR);
    assert.deepEqual((await clients.update(id, { name: "Renamed" }, ACTOR))?.changed, ["name"]);
    assert.equal((await clients.find(id))?.disabledAt, bench.clock.at);
  },

  "a deleted client is gone, for every operation": async (bench) => {
    const { clients, grants } = bench.store;
    const { id } = await bench.client();
    assert.equal(await clients.delete(id, ACTOR), true);
    assert.equal((await bench.lastEvent()).type, "client.deleted");
    assert.equal(await clients.find(id), undefined);
    assert.deepEqual(await clients.list({ limit: 10 }), []);
    const events = await bench.eventTypes();
    assert.equal(await clients.delete(id, ACTOR), false);
    assert.equal(await clients.update(id, { name: "Renamed", ...POLICY }, ACTOR), undefined);
    assert.equal(await clients.rotateSecret(id, digest(), 0, ACTOR), false);
    assert.equal(await clients.disable(id, ACTOR), false);
    assert.equal(await clients.enable(id, ACTOR), false);
    assert.equal((await grants.create(newGrant(id))).outcome, "client_disabled");
    assert.deepEqual(await bench.eventTypes(), events);
  },
};
