import { isIP } from "node:net";

/** Whether the host is loopback: 127.0.0.0/8, ::1, or a name that RFC 6761 §6.3 reserves for it. */
export function isLoopback(host: string): boolean {
  const name = withoutBrackets(host).toLowerCase();
  if (isIP(name) === 4) return name.startsWith("127.");
  return name === "::1" || name === "localhost" || name.endsWith(".localhost");
}

/** An IPv6 address without the brackets that a URL puts around it; other hosts unchanged. */
export function withoutBrackets(host: string): string {
  return /^\[(.*)\]$/.exec(host)?.[1] ?? host;
}
