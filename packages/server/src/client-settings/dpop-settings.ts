import { z } from "zod";
import { isDpopDefault } from "./fapi2.ts";
import { onOff } from "./setting.ts";
import type { ClientSetting } from "./setting.ts";

/** DPoP (RFC 9449): which tokens are bound to a key of the client. */
export const DPOP_SETTINGS = {
  dpopBound: {
    ...onOff(
      { line: "sender constraint", text: (required) => (required ? "DPoP proof required" : undefined) },
      {
        flag: "--dpop-bound",
        help: "require a DPoP proof of each token request, which binds the tokens to the client's key (RFC 9449)",
        off: "accept token requests without a DPoP proof",
      },
    ),
    default: isDpopDefault,
    defaultText: "off; on with --security-profile fapi2, unless its tokens are bound to a certificate",
    // RFC 9449 §5.2: false if omitted.
    registration: {
      member: "dpop_bound_access_tokens",
      schema: z.boolean().catch(false),
      toMember: (required: boolean) => required || undefined,
    },
  },
  bindOnRefresh: {
    ...onOff(
      {
        line: "sender constraint",
        text: (binds, client) =>
          client.public && !binds ? "refresh does not bind a grant that is bound to no key" : undefined,
      },
      {
        flag: "--bind-on-refresh",
        help: "bind a public client's grant to the key of the first refresh with a DPoP proof (default)",
        off: "leave a grant as it is that was made without a proof",
      },
    ),
    default: true,
  },
} satisfies Record<string, ClientSetting>;
