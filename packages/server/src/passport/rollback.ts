import { hash } from "node:crypto";
import type { PassportRows } from "./rows.ts";

/** The rollback to Passport, while it is kept open. */
export interface Rollback {
  /** Until when tokens are issued that Passport can read, ms. */
  until: number;
  rows: PassportRows;
}

/**
 * `refresh_token_id` of a grant's token in Passport's tables, 80 hex digits: the grant's id, and 48 that follow from it
 * and the generation. The id alone opens nothing, there or here: a token needs Passport's key.
 */
export function rollbackTokenId(grantId: string, generation: number): string {
  const digest = hash("sha256", `regrant passport token ${grantId}.${generation}`, "hex");
  return grantId.replaceAll("-", "") + digest.slice(0, 48);
}
