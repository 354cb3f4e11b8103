import type { ClientSecret } from "./clients.ts";

/**
 * The secrets that stay valid beside a new one. None outlives its own expiry: an overlap only ever shortens.
 *
 * @param now the store's clock, ms
 * @param overlap how long they stay valid at most, s
 */
export function overlapping(secrets: readonly ClientSecret[], now: number, overlap: number): ClientSecret[] {
  const end = now + overlap * 1000;
  return secrets
    .map((secret) => ({ ...secret, expiresAt: Math.min(secret.expiresAt ?? end, end) }))
    .filter(({ expiresAt }) => expiresAt > now);
}

/**
 * Whether one of the secrets has this digest and does not expire. A restore that applies a rotation twice finds the
 * secret in force the second time.
 */
export function isInForce(secrets: readonly ClientSecret[], digest: Buffer): boolean {
  return secrets.some(
    (secret) => secret.expiresAt === null && "digest" in secret && secret.digest.equals(digest),
  );
}

/**
 * The secrets with `digest` in place of `slowHash`, with the same expiry. Undefined: none of them has that slow hash,
 * because another process was first or the secret was rotated meanwhile.
 */
export function upgraded(
  secrets: readonly ClientSecret[],
  slowHash: string,
  digest: Buffer,
): ClientSecret[] | undefined {
  const at = secrets.findIndex((secret) => "slowHash" in secret && secret.slowHash === slowHash);
  const old = secrets[at];
  return old && secrets.with(at, { digest, expiresAt: old.expiresAt });
}

/** The value of the column `secrets`: JSON, digests in hex. */
export function fromSecrets(secrets: readonly ClientSecret[]): string {
  return JSON.stringify(
    secrets.map((secret) =>
      "digest" in secret ? { ...secret, digest: secret.digest.toString("hex") } : secret,
    ),
  );
}

/** Reads the column `secrets`. */
export function toSecrets(json: string): ClientSecret[] {
  const secrets = JSON.parse(json) as ({ expiresAt: number | null } & (
    { digest: string } | { slowHash: string }
  ))[];
  return secrets.map((secret) =>
    "digest" in secret ? { ...secret, digest: Buffer.from(secret.digest, "hex") } : secret,
  );
}
