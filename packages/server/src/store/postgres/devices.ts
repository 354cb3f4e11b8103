import { claimsColumn } from "../grant-row.ts";
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
import { giveConsent } from "./consents.ts";
import { clock } from "./database.ts";
import type { Database, Statement, Transaction } from "./database.ts";
import type { EventWriter } from "./events.ts";
import { findOne } from "./find-grants.ts";
import { createOne, isEnabledClient, whyDisabled } from "./create-grant.ts";
import { revokeOne } from "./revoke-grants.ts";
import { isSignedIn } from "./sign-ins.ts";

const INSERT: Statement = {
  name: "device_insert",
  text: `INSERT INTO device_requests (digest, user_code, client_id, scope, resource, created_at, expires_at, interval_s, claims, state)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending') ON CONFLICT (user_code) DO NOTHING RETURNING 1 AS inserted`,
};
/** Index of these two: the unique one of `user_code`; of the others: the primary key. */
const FIND: Statement = {
  name: "device_find",
  text: `SELECT * FROM device_requests WHERE user_code = $2 AND expires_at > ${clock(1)}`,
};
const LOCK_PENDING: Statement = {
  name: "device_lock_pending",
  text: "SELECT * FROM device_requests WHERE user_code = $1 FOR UPDATE",
};
const SETTLE: Statement = {
  name: "device_settle",
  text: `UPDATE device_requests SET state = $2, subject = $3, auth_time = $4, claims = $5, user_code = NULL WHERE user_code = $1`,
};
const LOCK: Statement = {
  name: "device_lock",
  text: "SELECT * FROM device_requests WHERE digest = $1 FOR UPDATE",
};
const POLLED: Statement = {
  name: "device_polled",
  text: "UPDATE device_requests SET polled_at = $2, interval_s = $3 WHERE digest = $1",
};
const REDEEMED: Statement = {
  name: "device_redeemed",
  text: "UPDATE device_requests SET grant_id = $2, redeemed_at = $3 WHERE digest = $1",
};

/** The port's `devices` (RFC 8628). */
export function deviceStore(database: Database, events: EventWriter): DeviceStore {
  return {
    request: (request) => database.write((transaction) => ask(request, transaction)),
    async find(userCode) {
      const [row] = await database.read((query) => query(FIND, [database.injectedNow, userCode]));
      return row && toDeviceRequest(row);
    },
    decide: (userCode, given) =>
      database.write((transaction) => answer(userCode, given, transaction, events)),
    poll: (presented) => database.write((transaction) => poll(presented, transaction, events)),
  };
}

async function ask(request: NewDeviceRequest, transaction: Transaction) {
  const { digest, userCode, clientId, scope, resource, ttl, interval } = request;
  if (!(await isEnabledClient(clientId, transaction))) return "client_disabled";
  const now = await transaction.now();
  const about = [digest, userCode, clientId, scope, resource];
  const rest = [now, now + ttl * 1000, interval, claimsColumn(request.claims)];
  const inserted = await transaction.query(INSERT, [...about, ...rest]);
  return inserted.length === 0 ? "user_code_taken" : "requested";
}

/** Deciding a request sets its user code to null: a code is good for one decision, and free for another request. */
async function answer(
  userCode: Buffer,
  { subject, authTime, acr, allowed, signIn }: DeviceDecision,
  transaction: Transaction,
  events: EventWriter,
) {
  const { query } = transaction;
  const [row] = await query(LOCK_PENDING, [userCode]);
  const request = row && toDeviceRequest(row);
  if (request === undefined || request.expiresAt <= (await transaction.now())) return "gone";
  const { clientId, scope } = request;
  const refused = await whyDisabled(clientId, subject, transaction);
  if (refused !== undefined) return refused;
  if (!(await isSignedIn(signIn, transaction))) return "signed_out";
  const claims = claimsColumn(withAcr(request.claims, acr));
  await query(SETTLE, [userCode, allowed ? "allowed" : "denied", subject, authTime, claims]);
  await events.record(
    { type: allowed ? "device.allowed" : "device.denied", clientId, subject, data: {} },
    transaction,
  );
  if (allowed) await giveConsent({ subject, clientId, scope }, transaction, events);
  return "decided";
}

/** Polling and redemption are one operation: a pending poll moves `polled_at`, an allowed one creates the grant. */
async function poll(
  presented: PresentedDeviceCode,
  transaction: Transaction,
  events: EventWriter,
): Promise<PolledDevice> {
  const { query } = transaction;
  // Another request with the same code waits here until this transaction ends.
  const [row] = await query(LOCK, [presented.digest]);
  const request = row && toDeviceRequest(row);
  const now = await transaction.now();
  const verdict = judgeDeviceCode(request, presented, now);
  if (request === undefined) return { outcome: "unknown_code" };
  if (verdict === "authorization_pending" || verdict === "slow_down") {
    const slower = verdict === "slow_down" ? slowerInterval(request.interval) : request.interval;
    await query(POLLED, [presented.digest, now, slower]);
  }
  if (verdict === "repeated") {
    return repeatedDevice(await findOne(request.grantId ?? "", query), presented, now);
  }
  if (verdict === "code_reused") {
    await revokeOne(request.grantId ?? "", verdict, request.clientId, transaction, events);
  }
  if (verdict !== "redeemable") return { outcome: verdict };
  const created = await createOne(grantOfDevice(request, presented), transaction, events);
  if (created.outcome !== "created") return created;
  await query(REDEEMED, [presented.digest, created.grant.id, now]);
  return { outcome: "redeemed", at: now, grant: created.grant };
}
