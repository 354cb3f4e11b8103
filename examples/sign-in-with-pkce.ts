// Signs the user of a page in without a server of the page's own, by the authorization code with PKCE.
import { createTokenClient } from "@regrant/client";
import { revoker } from "@regrant/client/grants";
import { indexedDbStore, webLock } from "@regrant/client/web";
import * as openid from "openid-client";

/** @param redirectUri the page itself, as it is registered for the client */
export async function openSession(issuer: string, clientId: string, redirectUri: string) {
  const isLocal = issuer.startsWith("http:");
  const server = await openid.discovery(new URL(issuer), clientId, undefined, openid.None(), {
    algorithm: "oauth2",
    execute: isLocal ? [openid.allowInsecureRequests] : [],
  });
  const { token_endpoint = "", revocation_endpoint = "" } = server.serverMetadata();
  const client = createTokenClient({
    tokenEndpoint: token_endpoint,
    clientId,
    key: "session",
    store: indexedDbStore(),
    lock: webLock(),
  });

  /** Sends the user to the sign-in page, from which they return with a code. */
  async function signIn(): Promise<void> {
    const verifier = openid.randomPKCECodeVerifier();
    const state = openid.randomState();
    sessionStorage.setItem("sign-in", JSON.stringify({ verifier, state }));
    const code_challenge = await openid.calculatePKCECodeChallenge(verifier);
    const request = { redirect_uri: redirectUri, state, code_challenge, code_challenge_method: "S256" };
    location.assign(openid.buildAuthorizationUrl(server, request));
  }

  /** Starts the session when the user has just returned. Call it whenever the page loads. */
  async function finishSignIn(): Promise<void> {
    const returned = new URL(location.href);
    const pending = sessionStorage.getItem("sign-in");
    if (!returned.searchParams.has("state")) return;
    // Once: neither a reload nor the history brings the code back.
    sessionStorage.removeItem("sign-in");
    history.replaceState(null, "", redirectUri);
    // Not requested by this tab: the link may be someone else's.
    if (pending === null) return;
    const { verifier, state } = JSON.parse(pending) as { verifier: string; state: string };
    const expected = { pkceCodeVerifier: verifier, expectedState: state };
    await client.set(await openid.authorizationCodeGrant(server, returned, expected));
  }

  const revoke = revoker({ revocationEndpoint: revocation_endpoint, clientId });
  return { client, signIn, finishSignIn, signOut: () => client.clear(revoke) };
}
