import { z } from "zod";
import { choice, duration } from "./setting.ts";
import type { ClientFacts, ClientSetting } from "./setting.ts";
import { TOKEN_EXCHANGE } from "./grant-types.ts";

const mayExchange = ({ grantTypes }: ClientFacts) => grantTypes.includes(TOKEN_EXCHANGE);

/** The value of `exchangeClients` that stands for every client. */
export const ANY_CLIENT = "*";

function list(what: string) {
  const one = z.string({ error: "must be text" }).min(1, { error: "must not be empty" });
  const most = { error: `must not hold more than 100 ${what}` };
  return z
    .array(one, { error: `must be a list of ${what}` })
    .max(100, most)
    .readonly();
}

/** What a client may exchange tokens for (RFC 8693): nothing, unless an operator says so. */
export const EXCHANGE_SETTINGS = {
  tokenExchange: {
    ...choice(["off", "delegation", "impersonation"], "token exchange", {
      flag: "--token-exchange <policy>",
      help:
        "what the client may exchange tokens for: delegation names it, or its actor token, in the new token (act); " +
        "impersonation need not",
    }),
    show: {
      line: "token exchange",
      text: (policy: string, client: ClientFacts) => (mayExchange(client) ? policy : undefined),
    },
  },
  exchangeClients: {
    schema: list("client ids"),
    default: [],
    defaultText: "only its own",
    form: "list",
    flag: "--exchange-client <id>",
    help: "client whose access tokens it may exchange, beside its own; * for every client",
    show: {
      line: "token exchange",
      text: (clients: readonly string[], client: ClientFacts) =>
        mayExchange(client) && clients.length > 0 ? `tokens of ${clients.join(" ")}` : undefined,
    },
  },
  exchangeAudiences: {
    schema: list("URIs"),
    default: [],
    defaultText: "only the token's own",
    form: "list",
    flag: "--exchange-audience <uri>",
    help: "audience that it may get tokens for by an exchange, beside that of the token",
    show: {
      line: "token exchange",
      text: (audiences: readonly string[], client: ClientFacts) =>
        mayExchange(client) && audiences.length > 0 ? `for ${audiences.join(" ")}` : undefined,
    },
  },
  exchangeGrantTtl: duration(
    0,
    [0, 315_360_000],
    {
      line: "token exchange",
      text: (seconds, client) =>
        mayExchange(client) && seconds > 0 ? `child grants of ${seconds} s` : undefined,
    },
    {
      flag: "--exchange-grant-ttl <s>",
      help: "greatest lifetime of a child grant, with a refresh token, that it may get by an exchange; 0: it gets none",
    },
  ),
} satisfies Record<string, ClientSetting>;
