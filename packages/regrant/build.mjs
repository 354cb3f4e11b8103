// There is nothing to compile. Runs before `npm pack`.
import { copyLicense } from "../../scripts/build-package.mjs";

copyLicense(import.meta.dirname);
