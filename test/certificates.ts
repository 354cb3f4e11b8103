import { execFile } from "node:child_process";
import { chmodSync } from "node:fs";
import { chown } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { unprivilegedUser } from "./postgres-program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const run = promisify(execFile);

/** Files in PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

/** A certificate authority whose certificates PostgreSQL of the tests can read. */
export class CertificateAuthority {
  readonly #openssl: string;
  readonly #folder: string;
  readonly #own: Certificate;

  private constructor(openssl: string, folder: string, own: Certificate) {
    this.#openssl = openssl;
    this.#folder = folder;
    this.#own = own;
  }

  /** @param openssl the command */
  static async create(openssl: string): Promise<CertificateAuthority> {
    const folder = temporaryFolder("certificates");
    chmodSync(folder, 0o711);
    const own = { cert: join(folder, "authority.pem"), key: join(folder, "authority.key") };
    await run(openssl, [...REQUEST, "-keyout", own.key, "-out", own.cert, "-subj", "/CN=authority"]);
    return new CertificateAuthority(openssl, folder, own);
  }

  /** Its own certificate, by which the others are verified. */
  get cert(): string {
    return this.#own.cert;
  }

  /** @param name of the subject; as a host's name too */
  async issue(name: string): Promise<Certificate> {
    const issued = { cert: join(this.#folder, `${name}.pem`), key: join(this.#folder, `${name}.key`) };
    const issuer = ["-CA", this.#own.cert, "-CAkey", this.#own.key];
    const extensions = [
      "-addext",
      `subjectAltName=DNS:${name}`,
      "-addext",
      "basicConstraints=critical,CA:FALSE",
    ];
    const files = ["-keyout", issued.key, "-out", issued.cert];
    await run(this.#openssl, [...REQUEST, ...issuer, ...files, "-subj", `/CN=${name}`, ...extensions]);
    // PostgreSQL reads a key that is its user's alone.
    const { uid, gid } = await unprivilegedUser();
    if (uid !== undefined && gid !== undefined) await chown(issued.key, uid, gid);
    return issued;
  }
}

const REQUEST = [
  "req",
  "-x509",
  "-newkey",
  "ec",
  "-pkeyopt",
  "ec_paramgen_curve:prime256v1",
  "-nodes",
  "-days",
  "2",
];
