import { z } from "zod";
import { actor, inUnit } from "./members.ts";
import type { EventTypeDefinition } from "./members.ts";

const kid = z.string().optional().describe("Of a signing key: its `kid`.");
const macKey = z.int().optional().describe("Of a MAC key: its number.");

/** What happens to the keys and to the store as a whole. The texts are those of docs/reference/events.md. */
export const STORE_EVENTS = {
  "key.created": {
    severity: "info",
    raised: "A signing key or a MAC key was created.",
    about: [],
    data: z.object({
      kid,
      algorithm: z.string().optional().describe("Of a signing key: its `alg`."),
      mac_key: macKey,
      active_at: inUnit("instant", z.number(), "From when it is used, ms since 1970."),
      actor,
    }),
  },
  // A warning: what was signed or sealed under the key is refused from now on.
  "key.distrusted": {
    severity: "warning",
    raised: "A key was distrusted: no token under it is accepted any more.",
    about: [],
    data: z.object({
      kid,
      mac_key: macKey,
      master_key_id: z.string().optional().describe("Of a MAC key: the master key that it is derived from."),
      actor,
    }),
  },
  "store.restored": {
    severity: "warning",
    raised: "Events were applied to a restored backup.",
    about: [],
    data: z.object({
      events: z.int().describe("How many events were read."),
      applied: z.int().describe("How many of them changed something."),
      actor,
    }),
  },
} as const satisfies Record<string, EventTypeDefinition>;
