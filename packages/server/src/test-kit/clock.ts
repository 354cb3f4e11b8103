/** A clock that stands still until a test moves it. */
export class TestClock {
  /** ms since 1970 */
  at: number;

  /** @param at where it begins, ms since 1970; by default now, so that tokens are valid by the machine's clock too */
  constructor(at: number = Date.now()) {
    this.at = at;
  }

  /** ms since 1970; usable without its clock, as `now` of this package and of `@regrant/verify` */
  readonly now = (): number => this.at;

  /** Moves it forward, s. */
  advance(seconds: number): void {
    this.at += seconds * 1000;
  }
}
