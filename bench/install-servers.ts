// Installs the peers that are programs of their own by the clients of their registries, Go's and Maven's, and prints how
// to name them to the benchmark: eval "$(node bench/install-servers.ts /tmp/servers)"
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Names its newest version that is a Go module; later ones are built from a checkout of Hydra's repository. */
const HYDRA = join(import.meta.dirname, "servers/hydra");
const KEYCLOAK = "26.7.3";

/** Returns the executable. */
function installHydra(folder: string): string {
  const program = join(folder, "hydra");
  if (existsSync(program)) return program;
  process.stderr.write("building Hydra (about ten minutes, needs Go) …\n");
  const [, version = ""] = /hydra\/v2 (v\S+)/.exec(readFileSync(join(HYDRA, "go.mod"), "utf8")) ?? [];
  const named = `-X github.com/ory/hydra/v2/driver/config.Version=${version}`;
  run("go", ["build", "-o", program, "-ldflags", named, "github.com/ory/hydra/v2"], HYDRA);
  return program;
}

/** Unpacks Keycloak, and builds it for PostgreSQL and one node. Returns its folder. */
function installKeycloak(folder: string): string {
  const home = join(folder, `keycloak-${KEYCLOAK}`);
  if (existsSync(join(home, "lib/quarkus/build-system.properties"))) return home;
  process.stderr.write("installing Keycloak (needs Maven, unzip and Java 17) …\n");
  const artifact = `org.keycloak:keycloak-quarkus-dist:${KEYCLOAK}:zip`;
  run("mvn", ["-q", "-B", "dependency:copy", `-Dartifact=${artifact}`, "-DoutputDirectory=."], folder);
  run("unzip", ["-q", "-o", `keycloak-quarkus-dist-${KEYCLOAK}.zip`], folder);
  run(join(home, "bin/kc.sh"), ["build", "--db=postgres", "--cache=local"], folder);
  return home;
}

function run(program: string, args: readonly string[], cwd: string): void {
  execFileSync(program, args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
}

const [folder] = process.argv.slice(2).map((path) => resolve(path));
if (folder === undefined) {
  process.stderr.write('Usage: eval "$(node bench/install-servers.ts FOLDER)"\n');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
process.stdout.write(
  `export HYDRA_BIN='${installHydra(folder)}' KEYCLOAK_HOME='${installKeycloak(folder)}'\n`,
);
