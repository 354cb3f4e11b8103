// Makes dist/, with the SQL beside the sources that read it. Runs before `npm pack`.
import { cpSync, globSync } from "node:fs";
import { join } from "node:path";
import { buildPackage } from "../../scripts/build-package.mjs";

const here = import.meta.dirname;
// What is compiled here is checked against the client and the console as they are published.
for (const name of ["client", "console"]) buildPackage(join(here, "..", name));
buildPackage(here);
for (const file of globSync("**/*.sql", { cwd: join(here, "src") })) {
  cpSync(join(here, "src", file), join(here, "dist", file));
}
