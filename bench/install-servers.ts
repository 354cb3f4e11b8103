// The peers that are programs of their own, installed once by the clients of their registries: Go's and Maven's.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const SERVERS = join(import.meta.dirname, "servers");
const KEYCLOAK = "26.7.3";

/** Builds Hydra in the version that servers/hydra/go.mod names. Returns its executable. */
export function installHydra(): string {
  const folder = join(SERVERS, "hydra");
  const program = join(folder, "hydra");
  if (!existsSync(program)) {
    process.stderr.write("building Hydra (once; about ten minutes, needs Go) …\n");
    run("go", ["build", "-o", program, "github.com/ory/hydra/v2"], folder);
  }
  return program;
}

/** Unpacks Keycloak and builds it for PostgreSQL and one node. Returns its folder. */
export function installKeycloak(): string {
  const folder = join(SERVERS, `keycloak-${KEYCLOAK}`);
  if (!existsSync(join(folder, "lib/quarkus/build-system.properties"))) {
    process.stderr.write("installing Keycloak (once; needs Maven, unzip and Java 17) …\n");
    const artifact = `org.keycloak:keycloak-quarkus-dist:${KEYCLOAK}:zip`;
    run("mvn", ["-q", "-B", "dependency:copy", `-Dartifact=${artifact}`, "-DoutputDirectory=."], SERVERS);
    run("unzip", ["-q", "-o", `keycloak-quarkus-dist-${KEYCLOAK}.zip`], SERVERS);
    run(join(folder, "bin/kc.sh"), ["build", "--db=postgres", "--cache=local"], folder);
  }
  return folder;
}

function run(program: string, args: readonly string[], cwd: string): void {
  execFileSync(program, args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
}
