import { hash } from "node:crypto";
import type { PassportRows } from "./rows.ts";

/** The way back to Passport, while it is kept open. */
export interface Rollback {
  /** ms */
  until: number;
  rows: PassportRows;
}

/**
 * `refresh_token_id` of a grant's token in Passport's tables, 80 hex digits: the grant's id, and 48 that follow from it
 * and the generation. It opens nothing, there or here, without Passport's key.
 */
export function rollbackTokenId(grantId: string, generation: number): string {
  const digest = hash("sha256", `regrant passport token ${grantId}.${generation}`, "hex");
  return grantId.replaceAll("-", "") + digest.slice(0, 48);
}
