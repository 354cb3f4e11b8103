import { execFile } from "node:child_process";
import { promisify } from "node:util";

const PROGRAM = `import json, sys, yaml
json.dump([document for document in yaml.safe_load_all(sys.stdin) if document is not None], sys.stdout)`;

/**
 * Reads the documents of a YAML stream with Python's library, which knows YAML 1.1 as Kubernetes does. Empty ones are left
 * out.
 *
 * @param python from `needPython("yaml")`
 */
export async function parseYaml(python: string, text: string): Promise<unknown[]> {
  const running = promisify(execFile)(python, ["-c", PROGRAM], { maxBuffer: 16 * 1024 * 1024 });
  running.child.stdin?.end(text);
  return JSON.parse((await running).stdout) as unknown[];
}
