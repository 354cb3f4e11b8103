import { isIP } from "node:net";

/** The address of this machine alone: 127.0.0.0/8, ::1, or a name that RFC 6761 §6.3 keeps for it. */
export function isLoopback(host: string): boolean {
  const name = withoutBrackets(host).toLowerCase();
  if (isIP(name) === 4) return name.startsWith("127.");
  return name === "::1" || name === "localhost" || name.endsWith(".localhost");
}

/** An IPv6 address as it is, without the brackets that a URL needs around it. */
export function withoutBrackets(host: string): string {
  return /^\[(.*)\]$/.exec(host)?.[1] ?? host;
}
