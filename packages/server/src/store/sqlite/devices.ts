import type { DatabaseSync } from "node:sqlite";
import { claimsColumn, toClaims } from "../grant-row.ts";
import { withAcr } from "../grant.ts";
import { grantOfDevice, judgeDeviceCode, repeatedDevice, slowerInterval } from "../devices.ts";
import type {
  DeviceDecision,
  DeviceStore,
  NewDeviceRequest,
  PolledDevice,
  PresentedDeviceCode,
} from "../devices.ts";
import { toDeviceRequest } from "../row-mappers.ts";
import { prepareConsentChanges } from "./consents.ts";
import type { EventWriter } from "./events.ts";
import { prepareCreate, prepareWhyDisabled } from "./create-grant.ts";
import { prepareRevoke } from "./revoke-grants.ts";
import { toGrant } from "./rows.ts";
import { prepareIsSignedIn } from "./sign-ins.ts";
import type { Transaction, WriteQueue } from "./write-queue.ts";

/** The port's `devices` (RFC 8628). Index of all: the primary key, or the unique one of `user_code`. */
export function deviceStore(
  database: DatabaseSync,
  queue: WriteQueue,
  events: EventWriter,
  now: () => number,
): DeviceStore {
  const pending = database.prepare("SELECT * FROM device_requests WHERE user_code = ? AND expires_at > ?");
  const ask = prepareRequest(database);
  const answer = prepareDecide(database, events);
  const poll = preparePoll(database, events);
  return {
    request: (request) => queue.write((transaction) => ask(request, transaction)),
    find(userCode) {
      return queue.read(() => {
        const row = pending.get(userCode, now());
        return row && toDeviceRequest(row);
      });
    },
    decide: (userCode, given) => queue.write((transaction) => answer(userCode, given, transaction)),
    poll: (presented) => queue.write((transaction) => poll(presented, transaction)),
  };
}

type Requested = Awaited<ReturnType<DeviceStore["request"]>>;
type Decided = Awaited<ReturnType<DeviceStore["decide"]>>;

function prepareRequest(database: DatabaseSync) {
  const client = database.prepare("SELECT disabled_at FROM clients WHERE id = ? AND deleted_at IS NULL");
  const insert = database.prepare(
    `INSERT INTO device_requests (digest, user_code, client_id, scope, resource, created_at, expires_at, interval_s, claims, state)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending') ON CONFLICT (user_code) DO NOTHING`,
  );
  return function ask(request: NewDeviceRequest, { now }: Transaction): Requested {
    const { digest, userCode, clientId, scope, resource, ttl, interval } = request;
    if (client.get(clientId)?.["disabled_at"] !== null) return "client_disabled";
    const life = [now, now + ttl * 1000] as const;
    const rest = [interval, claimsColumn(request.claims)] as const;
    const { changes } = insert.run(digest, userCode, clientId, scope, resource, ...life, ...rest);
    return changes === 0 ? "user_code_taken" : "requested";
  };
}

/** Deciding a request sets its user code to null: a code is good for one decision, and free for another request. */
function prepareDecide(database: DatabaseSync, events: EventWriter) {
  const read = database.prepare(
    "SELECT client_id, scope, claims FROM device_requests WHERE user_code = ? AND expires_at > ?",
  );
  const settle = database.prepare(
    `UPDATE device_requests SET state = ?2, subject = ?3, auth_time = ?4, claims = ?5, user_code = NULL WHERE user_code = ?1`,
  );
  const whyDisabled = prepareWhyDisabled(database);
  const isSignedIn = prepareIsSignedIn(database);
  const consents = prepareConsentChanges(database, events);

  return function answer(
    userCode: Buffer,
    { subject, authTime, acr, allowed, signIn }: DeviceDecision,
    transaction: Transaction,
  ): Decided {
    const row = read.get(userCode, transaction.now);
    if (row === undefined) return "gone";
    const [clientId, scope] = [row["client_id"] as string, row["scope"] as string];
    const refused = whyDisabled(clientId, subject);
    if (refused !== undefined) return refused;
    if (!isSignedIn(signIn)) return "signed_out";
    const claims = withAcr(toClaims(row["claims"] as string | null), acr);
    settle.run(userCode, allowed ? "allowed" : "denied", subject, authTime, claimsColumn(claims));
    events.record(
      { type: allowed ? "device.allowed" : "device.denied", clientId, subject, data: {} },
      transaction,
    );
    if (allowed) consents.give(subject, clientId, scope, transaction);
    return "decided";
  };
}

/** Polling and redemption are one operation: a pending poll moves `polled_at`, an allowed one creates the grant. */
function preparePoll(database: DatabaseSync, events: EventWriter) {
  const read = database.prepare("SELECT * FROM device_requests WHERE digest = ?");
  const polled = database.prepare(
    "UPDATE device_requests SET polled_at = ?2, interval_s = ?3 WHERE digest = ?1",
  );
  const redeemed = database.prepare(
    "UPDATE device_requests SET grant_id = ?2, redeemed_at = ?3 WHERE digest = ?1",
  );
  const find = database.prepare("SELECT * FROM grants WHERE id = unhex(?, '-')");
  const create = prepareCreate(database, events);
  const revoke = prepareRevoke(database, events);

  /** A repeated redemption gets its grant only while the first refresh token is unused. */
  function again(grantId: string, presented: PresentedDeviceCode, at: number): PolledDevice {
    const row = find.get(grantId);
    return repeatedDevice(row && toGrant(row), presented, at);
  }

  return function poll(presented: PresentedDeviceCode, transaction: Transaction): PolledDevice {
    const { now } = transaction;
    // The transaction holds the write lock: no other one reads the row before the commit.
    const row = read.get(presented.digest);
    const request = row && toDeviceRequest(row);
    const verdict = judgeDeviceCode(request, presented, now);
    if (request === undefined) return { outcome: "unknown_code" };
    if (verdict === "authorization_pending" || verdict === "slow_down") {
      const slower = verdict === "slow_down" ? slowerInterval(request.interval) : request.interval;
      polled.run(presented.digest, now, slower);
    }
    if (verdict === "repeated") return again(request.grantId ?? "", presented, now);
    if (verdict === "code_reused") {
      revoke([request.grantId ?? ""], verdict, request.clientId, transaction);
    }
    if (verdict !== "redeemable") return { outcome: verdict };
    const created = create(grantOfDevice(request, presented), transaction);
    if (created.outcome !== "created") return created;
    redeemed.run(presented.digest, created.grant.id, now);
    return { outcome: "redeemed", at: now, grant: created.grant };
  };
}
