import { OAuthError } from "../errors/oauth-error.ts";
import { network } from "../limits/network.ts";
import { QueueFullError } from "../limits/queue.ts";
import { Throttle } from "../limits/throttle.ts";
import type { Throttles } from "../limits/throttles.ts";
import type { Deps } from "../deps.ts";
import type { SignIn } from "../store/authorization.ts";
import type { DeviceRequest } from "../store/devices.ts";
import type { Client } from "../store/store.ts";
import { formatUserCode, readUserCode, userCodeDigest } from "../tokens/user-code.ts";

/** A device's request that the user has not decided yet. */
export interface PendingDevice {
  client: Client;
  request: DeviceRequest;
  /** The user code as the device shows it. */
  userCode: string;
}

/**
 * Finds the pending request of a user code. Undefined: the code is unknown, has expired or was answered. RFC 8628
 * §5.1: user codes are short, so wrong ones are limited: of a subject, and, ten times as wide, of all at its network.
 *
 * @param typed the code as the user typed it
 * @throws OAuthError `invalid_request` with 429 after too many wrong codes, or while too many are waiting
 */
export async function findDevice(
  deps: Deps,
  typed: string,
  { subject }: Pick<SignIn, "subject">,
  address: string,
): Promise<PendingDevice | undefined> {
  const { userCodes, userCodesOfNetwork } = deps.throttles;
  const from = network(address);
  const refuseIfBlocked = (): void => {
    userCodes.check(subject);
    userCodesOfNetwork.check(from);
  };
  refuseIfBlocked();
  const code = readUserCode(typed);
  if (code === undefined) return undefined;
  return inTurn(deps.throttles, subject, from, async () => {
    // Again, as others may have failed while this one waited.
    refuseIfBlocked();
    const found = await lookUp(deps, code);
    if (found === undefined) {
      await Throttle.countAll([
        { throttle: userCodes, key: subject },
        { throttle: userCodesOfNetwork, key: from },
      ]);
    }
    return found;
  });
}

async function inTurn<T>(
  { userCodeTurns: { subjects, networks } }: Pick<Throttles, "userCodeTurns">,
  subject: string,
  from: string,
  job: () => Promise<T>,
): Promise<T> {
  try {
    return await subjects.run(subject, () => networks.run(from, job));
  } catch (cause) {
    if (!(cause instanceof QueueFullError)) throw cause;
    throw new OAuthError("too_many_user_codes", { retryAfter: cause.retryAfter, cause });
  }
}

async function lookUp({ store, clients, keys }: Deps, code: string): Promise<PendingDevice | undefined> {
  const request = await store.devices.find(userCodeDigest(code, keys.masterKeys[0]));
  const client = request && (await clients.read(request.clientId));
  if (request === undefined || client === undefined || client.disabledAt !== null) return undefined;
  return { client, request, userCode: formatUserCode(code) };
}

/**
 * Allows or denies a pending request.
 *
 * @returns false if the request has expired or was answered in the meantime, or the sign-in has ended
 */
export async function answerDevice(
  deps: Deps,
  { userCode }: Pick<PendingDevice, "userCode">,
  { subject, authTime, acr, digest: signIn }: SignIn,
  allowed: boolean,
): Promise<boolean> {
  const digest = userCodeDigest(readUserCode(userCode) ?? "", deps.keys.masterKeys[0]);
  const decision = { subject, authTime, acr, allowed, signIn };
  return (await deps.store.devices.decide(digest, decision)) === "decided";
}
