/** The Helm chart as Helm renders it. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { needPython, present } from "../need.ts";
import { parseYaml } from "./yaml.ts";

export const CHART = join(import.meta.dirname, "../../deploy/helm/regrant");

// No package of Debian's or npm's has Helm.
const helm = present("helm", ...[process.env["HELM_BIN"]].filter((path) => path !== undefined));
export const python = await needPython("yaml");
/** Why the chart cannot be rendered here, or false. */
export const skip = helm.missing || python.missing;

/** The members of Kubernetes' objects that are looked at here. */
export interface Manifest {
  kind: string;
  metadata: { name: string };
  data: Record<string, string>;
  spec: { replicas?: number; template: { spec: PodSpec }; hostnames: string[]; rules: { host: string }[] };
}

export interface PodSpec {
  terminationGracePeriodSeconds: number;
  automountServiceAccountToken: boolean;
  enableServiceLinks: boolean;
  hostNetwork?: boolean;
  securityContext: object;
  containers: Container[];
  volumes: object[];
}

export interface Container {
  args: string[];
  env: { name: string; value?: string }[];
  ports: { name: string }[];
  securityContext: object;
  volumeMounts: { mountPath: string }[];
  startupProbe: Probe;
  livenessProbe: Probe;
  readinessProbe: Probe;
}

interface Probe {
  httpGet: { path: string; port: string; scheme: string };
  periodSeconds: number;
  failureThreshold: number;
}

/** Runs Helm, and rejects if it fails. */
export const run = (...args: readonly string[]) => promisify(execFile)(helm.path, args);

/** Helm's flags for a set of values. */
export const valuesOf = (set: string) => ["--values", join(CHART, `ci/${set}-values.yaml`)];

/** What the chart makes of a set of values, with these flags of Helm's beside it. */
export async function render(set: string, ...flags: readonly string[]): Promise<Manifest[]> {
  const args = ["template", "regrant", CHART, "--kube-version", "1.27", ...valuesOf(set), ...flags];
  return (await parseYaml(python.path, (await run(...args)).stdout)) as Manifest[];
}

/** The only manifest of a kind. */
export function one(manifests: readonly Manifest[], kind: string): Manifest {
  const [found, ...others] = manifests.filter((manifest) => manifest.kind === kind);
  assert.ok(found && others.length === 0, kind);
  return found;
}

/** The pods of the Deployment, and their only container. */
export function podOf(manifests: readonly Manifest[]): { pod: PodSpec; container: Container } {
  const pod = one(manifests, "Deployment").spec.template.spec;
  const [container] = pod.containers;
  assert.ok(container);
  return { pod, container };
}
