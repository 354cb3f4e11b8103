// A session whose tokens are bound to a key (DPoP, RFC 9449): a login by openid-client, then requests of an API.
import { createTokenClient } from "@regrant/client";
import type { TokenClient } from "@regrant/client";
import { dpop } from "@regrant/client/dpop";
import type { Dpop } from "@regrant/client/dpop";
import { directoryLock, fileKeys, fileStore } from "@regrant/client/node";
import * as openid from "openid-client";

export interface Session {
  readonly client: TokenClient;
  readonly bound: Dpop;
}

/** @param directory where the session and its key are stored */
export function openSession(configuration: openid.Configuration, directory: string): Session {
  const { token_endpoint: tokenEndpoint = "", dpop_signing_alg_values_supported: algorithms } =
    configuration.serverMetadata();
  const bound = dpop({ keys: fileKeys({ directory }), algorithms });
  const client = createTokenClient({
    tokenEndpoint,
    clientId: configuration.clientMetadata().client_id,
    key: "session",
    store: fileStore({ directory }),
    lock: directoryLock({ directory }),
    dpop: bound,
  });
  return { client, bound };
}

/** Exchanges the code of the URL that the user came back to, for tokens that are bound to the session's key. */
export async function finishLogin(
  { client, bound }: Session,
  configuration: openid.Configuration,
  callback: URL,
  pkceCodeVerifier: string,
): Promise<void> {
  const DPoP = openid.getDPoPHandle(configuration, await bound.keyPair());
  const checks = { pkceCodeVerifier };
  await client.set(await openid.authorizationCodeGrant(configuration, callback, checks, undefined, { DPoP }));
}
