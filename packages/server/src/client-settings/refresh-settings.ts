import { isFapi2 } from "./fapi2.ts";
import { choice, duration } from "./setting.ts";
import type { ClientFacts, ClientSetting } from "./setting.ts";

/** s */
const YEAR = 31_536_000;
const DECADE = 10 * YEAR;

/**
 * What a refresh does, and how long tokens and grants last. docs/refresh.md describes the policies; lifetimes are in s.
 */
export const REFRESH_SETTINGS = {
  rotation: {
    ...choice(["always", "threshold", "never"], "rotation", {
      flag: "--rotation <when>",
      help: "when a refresh issues a new refresh token",
    }),
    // FAPI 2.0 §5.3.2.1: tokens that are bound to a key need no rotation, and lost responses no retry.
    default: (client: ClientFacts) => (isFapi2(client) ? "never" : "always"),
    defaultText: "always; never with --security-profile fapi2",
  },
  rotationThreshold: {
    ...duration(
      0,
      [0, DECADE],
      {
        line: "rotation",
        text: (_, { rotation }, shown) => (rotation === "threshold" ? `after ${shown}` : undefined),
      },
      {
        flag: "--rotation-threshold <s>",
        help: "with threshold: age of a refresh token from which it is rotated, s",
      },
    ),
    default: ({ refreshIdleTtl }: ClientFacts) => Math.floor(refreshIdleTtl / 2),
    defaultText: "half of the idle lifetime",
  },
  // RFC 9700 §4.14.2
  reuse: choice(["revoke", "detect"], "reuse", {
    flag: "--reuse <policy>",
    help: "on reuse of a spent refresh token: revoke the grant, or refuse the request only (detect)",
  }),
  lateRetry: choice(["once", "refuse"], "late retry", {
    flag: "--late-retry <policy>",
    help: "answer the first retry after the retry window (once), or treat it as reuse (refuse)",
  }),
  lostWrites: choice(["recover", "reject"], "lost writes", {
    flag: "--lost-writes <policy>",
    help: "accept a refresh token that a restored database does not know yet (recover), or refuse it (reject)",
  }),
  concurrentUse: choice(["report", "revoke"], "concurrent use", {
    flag: "--concurrent-use <policy>",
    help: "when two parties seem to refresh one grant: report it, or revoke the grant too",
  }),
  lifetimeExtension: choice(["users", "operators"], "lifetime extension", {
    flag: "--lifetime-extension <who>",
    help: "who may extend a grant without a new sign-in: users too, on the applications page (users), or operators only",
  }),
  retryWindow: duration(
    120,
    [1, 3600],
    { line: "retry window" },
    {
      flag: "--retry-window <s>",
      help: "how long a repeated refresh gets the same response, s",
    },
  ),
  accessTtl: duration(
    3600,
    [1, YEAR],
    { line: "access token" },
    {
      flag: "--access-ttl <s>",
      help: "lifetime of an access token, s",
    },
  ),
  refreshIdleTtl: duration(
    864_000,
    [1, DECADE],
    { line: "refresh token", text: (_, __, shown) => `idle ${shown}` },
    {
      flag: "--refresh-idle-ttl <s>",
      help: "how long a refresh token may stay unused, s",
    },
  ),
  refreshMaxTtl: duration(
    YEAR,
    [1, DECADE],
    { line: "refresh token", text: (_, __, shown) => `absolute ${shown}` },
    {
      flag: "--refresh-max-ttl <s>",
      help: "lifetime of a grant, however often it is refreshed, s",
    },
  ),
} satisfies Record<string, ClientSetting>;
