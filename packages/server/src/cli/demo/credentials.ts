import { randomInt } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";

const schema = z.object({
  client_id: z.string(),
  client_secret: z.string(),
  username: z.string(),
  password: z.string(),
  /** Of the operator's account; absent in a file of an earlier version, whose demo had none. */
  operator_password: z.string().optional(),
});

/** The client and the account of the demo. */
export type DemoCredentials = z.infer<typeof schema>;

/** Keeps them for later starts, readable by this user alone: the store has only digests. */
export function writeCredentials(file: string, credentials: DemoCredentials): void {
  // The mode is that of a new file: what stands there may be another user's, or a link to another file.
  rmSync(file, { force: true });
  writeFileSync(file, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600, flag: "wx" });
}

/** Reads what an earlier start kept; undefined if there is none, or it is damaged. */
export function readCredentials(file: string): DemoCredentials | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

/** Makes a password of eight syllables, 50 bits: easy to read aloud, hard to guess. */
export function readablePassword(): string {
  const letter = (letters: string) => letters.charAt(randomInt(letters.length));
  const syllable = () => letter("bdfghjklmnprstvz") + letter("aeiou");
  const word = () => syllable() + syllable();
  return [word(), word(), word(), word()].join("-");
}
