/** The configuration cannot be used. The message lists every violation, one a line, and holds no value of a secret. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly violations: readonly string[];

  constructor(violations: readonly string[]) {
    const count = violations.length === 1 ? "an error" : `${violations.length} errors`;
    super(`the configuration has ${count}:\n${violations.map((violation) => `  ${violation}`).join("\n")}`);
    this.violations = violations;
  }
}
