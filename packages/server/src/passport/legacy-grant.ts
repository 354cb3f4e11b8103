import { createHmac, hash } from "node:crypto";
import type { PassportKey } from "../config/passport.ts";
import { derive } from "../keys/master-key.ts";
import { formatUuid, GRANT_SECRET_BYTES } from "../tokens/refresh-token.ts";
import type { RefreshToken } from "../tokens/refresh-token.ts";

/**
 * Turns the id of a Passport refresh token into the grant that its session has here, of which that token is generation
 * 0. The grant's id is a UUIDv8 (RFC 9562 §5.8) that follows from the token's; its secret follows from Passport's key
 * too, so that a leak of either database alone gives no secret.
 *
 * @returns the function, which costs two hashes a token
 */
export function legacyGrantDeriver({ raw, password }: PassportKey): (tokenId: string) => RefreshToken {
  const key = derive(password ?? raw ?? Buffer.alloc(0), "regrant passport grant secret", 32);
  return (tokenId) => ({
    grantId: grantIdOf(tokenId),
    generation: 0,
    secret: createHmac("sha256", key).update(tokenId).digest().subarray(0, GRANT_SECRET_BYTES),
  });
}

function grantIdOf(tokenId: string): string {
  const bytes = hash("sha256", `regrant passport grant ${tokenId}`, "buffer");
  bytes.writeUInt8(0x80 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return formatUuid(bytes);
}
