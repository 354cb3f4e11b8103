import { clientSecretPost, createTokenClient, memoryStore } from "@regrant/client";
import { keepFresh } from "@regrant/client/background";
import { authorizedFetch } from "@regrant/client/fetch";
import { password, revoker } from "@regrant/client/grants";

/**
 * The life of a session in whatever runtime this is: login, a refused token replaced for ten requests at once, logout.
 *
 * @param server the origin of test/client-package.test.ts's server
 */
export async function prove(server, store = memoryStore()) {
  const who = { clientId: "client", clientAuth: clientSecretPost("secret") };
  const client = createTokenClient({
    ...who,
    tokenEndpoint: `${server}/token`,
    key: "session",
    store,
  });
  const apiFetch = authorizedFetch(client, { origins: [server] });
  await client.set(
    await password({ ...who, tokenEndpoint: `${server}/token`, username: "ada", password: "pw" }),
  );
  const before = (await client.getToken()).accessToken;
  const responses = await Promise.all(Array.from({ length: 10 }, () => apiFetch(`${server}/api`)));
  const after = (await client.getToken()).accessToken;
  const stop = keepFresh(client);
  await client.clear(revoker({ ...who, revocationEndpoint: `${server}/revoke` }));
  const { state } = await client.status();
  stop();
  const ended = await client.getToken().catch(({ code, reason }) => `${code}: ${reason}`);
  return { before, statuses: [...new Set(responses.map(({ status }) => status))], after, state, ended };
}
