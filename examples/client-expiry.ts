// A Node service that says in time that its session will end. Run it: node examples/client-expiry.ts
import { createTokenClient } from "@regrant/client";
import type { TokenClient, TokenStore } from "@regrant/client";
import { keepFresh } from "@regrant/client/background";
import { warnBeforeEnd } from "@regrant/client/expiry";
import { fileStore } from "@regrant/client/node";

export interface Access {
  tokenEndpoint: string;
  clientId: string;
  store: TokenStore;
  /** How long before the end it is said, ms. */
  lead: number;
}

/**
 * @param tell sends a message to a person who can log in again, such as a mail or an alert
 * @returns the client, and the function that stops watching
 */
export function watch(
  { tokenEndpoint, clientId, store, lead: leadMs }: Access,
  tell: (message: string) => void,
): { client: TokenClient; stop: () => void } {
  const plain = createTokenClient({
    tokenEndpoint,
    clientId,
    key: "orders",
    store,
    onEvent(event) {
      if (event.type === "ended") tell(`The session has ended (${event.reason}): log in again.`);
    },
  });
  const onExpiring: Parameters<typeof warnBeforeEnd>[1] = ({ reason, at }) => {
    const end = new Date(at).toISOString();
    if (reason === "authorization") tell(`The session ends at ${end}: log in again, or extend it.`);
    else tell(`The session ends at ${end} if no refresh succeeds before: check the server and the network.`);
  };
  const client = warnBeforeEnd(plain, onExpiring, { leadMs });
  // Looks at least once a minute, and does not keep the process alive.
  return { client, stop: keepFresh(client) };
}

if (import.meta.main) {
  const { TOKEN_ENDPOINT = "", CLIENT_ID = "" } = process.env;
  const store = fileStore({ directory: "./data/tokens" });
  const lead = 14 * 24 * 3_600_000;
  const { client } = watch({ tokenEndpoint: TOKEN_ENDPOINT, clientId: CLIENT_ID, store, lead }, console.warn);
  console.log(await client.status());
}
