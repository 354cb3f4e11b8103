/** A clock that stands still until a test moves it. */
export class TestClock {
  /** The time, ms since 1970. */
  at: number;

  /** @param at where it begins, ms since 1970; by default now, so that tokens are valid by the machine's clock too */
  constructor(at: number = Date.now()) {
    this.at = at;
  }

  /** The time, ms since 1970; it needs no `this`, so it is a `now` of this package and of `@regrant/verify`. */
  readonly now = (): number => this.at;

  /** Moves the clock forward by so many seconds. */
  advance(seconds: number): void {
    this.at += seconds * 1000;
  }
}
