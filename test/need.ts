import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

/** A program that a test drives but npm does not bring. */
export interface Program {
  /** The executable; empty where it is missing. */
  path: string;
  /** Why the test must be skipped: a message that names what is missing. */
  missing: string | false;
}

/** Whole time that an installation may take, and that another one is waited for, s. */
const INSTALL_TIMEOUT = 900;

const run = promisify(execFile);

/** Chromium or Chrome, else Debian's package of it. */
export function needChromium(): Promise<Program> {
  return need("Chromium", ["chromium"], () => {
    const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    const places = [
      ...names.flatMap(onPath),
      chromium.executablePath(),
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ];
    return Promise.resolve(places.find((place) => existsSync(place)));
  });
}

/** The PHP command, with these extensions, else Debian's packages of them. */
export function needPhp(...extensions: readonly ("curl" | "pdo_mysql" | "pdo_pgsql")[]): Promise<Program> {
  const packages = extensions.map((extension) => `php-${extension.replace("pdo_", "")}`);
  return need(["PHP", ...extensions].join(", "), ["php-cli", ...packages], async () => {
    for (const php of onPath("php")) {
      const { stdout } = await run(php, ["-m"], { timeout: 30_000 }).catch(() => ({ stdout: "" }));
      const present = new Set(stdout.split("\n"));
      if (extensions.every((extension) => present.has(extension))) return php;
    }
    return undefined;
  });
}

/** Python with these packages, else Debian's packages of all. */
export function needPython(
  ...modules: readonly ("cryptography" | "jwt" | "requests" | "yaml")[]
): Promise<Program> {
  const packages = modules.map((module) => `python3-${module}`);
  return need(["Python", ...modules].join(", "), ["python3", ...packages], async () => {
    const imports = `import ${modules.join(", ")}`;
    for (const python of onPath("python3")) {
      const found = await run(python, ["-c", imports], { timeout: 30_000 }).catch(() => undefined);
      if (found !== undefined) return python;
    }
    return undefined;
  });
}

/** A large program that is not installed for a test: on PATH, or in one of these places. */
export function present(name: string, ...places: readonly string[]): Program {
  const path = [...onPath(name), ...places].find((place) => existsSync(place));
  return path === undefined ? { path: "", missing: `${name} is not installed` } : { path, missing: false };
}

/** Redis, else Debian's package of it. */
export function needRedis(): Promise<Program> {
  return need("Redis", ["redis-server"], () => Promise.resolve(onPath("redis-server")[0]));
}

/** nginx, else Debian's package of it. */
export function needNginx(): Promise<Program> {
  return need("nginx", ["nginx"], () => {
    const places = [...onPath("nginx"), "/usr/sbin/nginx"];
    return Promise.resolve(places.find((place) => existsSync(place)));
  });
}

/** Caddy, else Debian's package of it. */
export function needCaddy(): Promise<Program> {
  return need("Caddy", ["caddy"], () => Promise.resolve(onPath("caddy")[0]));
}

/** PgBouncer, else Debian's package of it. */
export function needPgbouncer(): Promise<Program> {
  return need("PgBouncer", ["pgbouncer"], () => {
    const places = [...onPath("pgbouncer"), "/usr/sbin/pgbouncer"];
    return Promise.resolve(places.find((place) => existsSync(place)));
  });
}

/** Prometheus or its tool, else Debian's package of both. */
export function needPrometheus(command: "prometheus" | "promtool"): Promise<Program> {
  return need("Prometheus", ["prometheus"], () => Promise.resolve(onPath(command)[0]));
}

/** Docker's Compose, else Debian's package of it: it reads a file without an engine. */
export function needCompose(): Promise<Program> {
  return need("docker-compose", ["docker-compose"], () => Promise.resolve(onPath("docker-compose")[0]));
}

/** The command `openssl`, else Debian's package of it. */
export function needOpenssl(): Promise<Program> {
  return need("OpenSSL", ["openssl"], () => Promise.resolve(onPath("openssl")[0]));
}

/** A shell, else Debian's package of it. */
export function needShell(name: "bash" | "zsh" | "fish"): Promise<Program> {
  return need(name, [name], () => Promise.resolve(onPath(name)[0]));
}

/** The command `script`, which runs another on a terminal, else Debian's package of it. */
export function needScript(): Promise<Program> {
  return need("script", ["bsdutils"], () => Promise.resolve(onPath("script")[0]));
}

/** `systemd-analyze`, else Debian's package of systemd, which need not run. */
export function needSystemd(): Promise<Program> {
  return need("systemd", ["systemd"], () => Promise.resolve(onPath("systemd-analyze")[0]));
}

/** MariaDB's server, else Debian's package of it. */
export function needMariadb(): Promise<Program> {
  return need("MariaDB", ["mariadb-server"], () => {
    const places = [...onPath("mariadbd"), "/usr/sbin/mariadbd", "/usr/libexec/mariadbd"];
    return Promise.resolve(places.find((place) => existsSync(place)));
  });
}

async function need(
  name: string,
  packages: readonly string[],
  find: () => Promise<string | undefined>,
): Promise<Program> {
  const installed = await find();
  if (installed !== undefined) return { path: installed, missing: false };
  if (!mayInstall()) return { path: "", missing: `${name} is not installed (Debian: ${packages.join(" ")})` };
  const failure = await install(packages);
  const path = await find();
  if (path !== undefined) return { path, missing: false };
  return { path: "", missing: `${name} is not installed, and apt-get could not install it: ${failure}` };
}

/** Executables of this name, in the order of PATH. */
export function onPath(name: string): string[] {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).filter(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Only where it is a throw-away machine's habit: root on Debian. Ubuntu's package of Chromium is no browser. */
function mayInstall(): boolean {
  if (process.getuid?.() !== 0 || onPath("apt-get").length === 0 || onPath("flock").length === 0)
    return false;
  return existsSync("/etc/os-release") && /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));
}

/** Debian's packages start their services where this file does not forbid it; images of Docker have it. */
const WITHOUT_SERVICES =
  "policy=/usr/sbin/policy-rc.d; [ -e $policy ] || { trap 'rm -f $policy' EXIT; " +
  "printf '#!/bin/sh\\nexit 101\\n' >$policy; chmod +x $policy; }";

/**
 * Installs Debian's packages. The kernel's lock on a folder keeps two test files from running apt-get at once, and is
 * free again however its holder ends.
 *
 * @returns how apt-get ended
 */
async function install(packages: readonly string[]): Promise<string> {
  console.error(`Installing Debian's ${packages.join(" and ")} for a test; this can take some minutes …`);
  const script = `${WITHOUT_SERVICES}; apt-get update -q && apt-get install -q -y --no-install-recommends "$@"`;
  const locked = ["--timeout", String(INSTALL_TIMEOUT), "/var/lib/dpkg"];
  const bounded = ["timeout", String(INSTALL_TIMEOUT), "sh", "-c", script, "sh", ...packages];
  const child = spawn("flock", [...locked, ...bounded], {
    // Progress goes where people look while they wait.
    stdio: ["ignore", process.stderr.fd, process.stderr.fd],
    env: { ...process.env, NODE_OPTIONS: "", DEBIAN_FRONTEND: "noninteractive" },
  });
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  return code === null ? `ended by ${signal}` : `exit code ${code}`;
}
