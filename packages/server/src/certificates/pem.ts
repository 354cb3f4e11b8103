/** A certificate in PEM (RFC 7468 §5.1). Some proxies write spaces where lines end. */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g;

/** Whether a text holds nothing but certificates in PEM. */
export function isCertificates(pem: string): boolean {
  return pem.replace(CERTIFICATE, "").trim() === "";
}

/** The DER of each certificate in a text, in its order; what stands between them is skipped. */
export function certificatesOf(pem: string): Buffer[] {
  return [...pem.matchAll(CERTIFICATE)].map(([, base64 = ""]) => Buffer.from(base64, "base64"));
}
