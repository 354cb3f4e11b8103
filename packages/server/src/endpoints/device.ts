import { network } from "../limits/network.ts";
import type { Deps } from "../deps.ts";
import type { SignIn } from "../store/authorization.ts";
import type { DeviceRequest } from "../store/devices.ts";
import type { Client } from "../store/store.ts";
import { formatUserCode, readUserCode, userCodeDigest } from "../tokens/user-code.ts";

/** A device's request, as whoever typed its code is asked about it. */
export interface PendingDevice {
  client: Client;
  request: DeviceRequest;
  /** As the device shows it. */
  userCode: string;
}

/**
 * The pending request whose user code somebody typed; undefined: there is none, it expired, or it was answered. Codes are
 * short, so wrong ones are counted, by who is signed in and from where (RFC 8628 §5.1).
 *
 * @throws OAuthError `invalid_request` with 429 after too many wrong codes
 */
export async function findDevice(
  deps: Deps,
  typed: string,
  { subject }: Pick<SignIn, "subject">,
  address: string,
): Promise<PendingDevice | undefined> {
  const keys = [network(address), `subject ${subject}`];
  deps.throttles.userCodes.check(...keys);
  const code = readUserCode(typed);
  if (code === undefined) return undefined;
  const request = await deps.store.devices.find(userCodeDigest(code, deps.keys.masterKeys[0]));
  const client = request && (await deps.clients.read(request.clientId));
  if (request === undefined || client === undefined || client.disabledAt !== null) {
    await deps.throttles.userCodes.admit(...keys);
    return undefined;
  }
  return { client, request, userCode: formatUserCode(code) };
}

/** Allows or denies what `findDevice` found. False: it expired or was answered meanwhile. */
export async function answerDevice(
  deps: Deps,
  { userCode }: Pick<PendingDevice, "userCode">,
  { subject, authTime }: SignIn,
  allowed: boolean,
): Promise<boolean> {
  const digest = userCodeDigest(readUserCode(userCode) ?? "", deps.keys.masterKeys[0]);
  return (await deps.store.devices.answer(digest, { subject, authTime, allowed })) === "answered";
}
