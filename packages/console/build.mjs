// Makes dist/. Runs before `npm pack`.
import { buildPackage } from "../../scripts/build-package.mjs";

buildPackage(import.meta.dirname);
