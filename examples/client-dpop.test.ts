import assert from "node:assert/strict";
import { test } from "node:test";
import { authorizedFetch } from "@regrant/client/fetch";
import * as openid from "openid-client";
import { startOidcProvider } from "../test/oidc-provider.mjs";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { finishLogin, openSession } from "./client-dpop.ts";

test("a login by openid-client goes on as a session that is bound to its key, in the next process too", async (t) => {
  const { issuer, api, clientId, authorize } = await startOidcProvider(t, true);
  const configuration = await openid.discovery(new URL(issuer), clientId, undefined, openid.None(), {
    execute: [openid.allowInsecureRequests],
  });
  const { code, code_verifier: verifier, redirect_uri: redirectUri } = await authorize();
  const callback = new URL(redirectUri);
  callback.search = String(new URLSearchParams({ code, iss: issuer }));
  const directory = temporaryFolder("client-dpop");
  await finishLogin(openSession(configuration, directory), configuration, callback, verifier);

  const { client } = openSession(configuration, directory);
  const apiFetch = authorizedFetch(client, { origins: [api] });
  for (const mode of ["auto", "force"] as const) {
    assert.match((await client.getToken({ mode })).tokenType, /^dpop$/i);
    assert.equal((await apiFetch(api)).status, 200);
  }
});
