/** Least time between two lines if stderr is not a terminal, ms. */
const LINE_INTERVAL = 10_000;
/** Least time between two redraws of the bar, ms. */
const BAR_INTERVAL = 100;
const BAR_WIDTH = 30;

/** The part of stderr that is used; tests replace it. */
interface Output {
  isTTY: boolean;
  write(text: string): boolean;
}

/** Shows the progress of an import: a bar on a terminal, otherwise a line now and then. */
export class Progress {
  readonly #stream: Output;
  readonly #now: () => number;
  readonly #start: number;
  #shownAt: number;
  #drawn = false;

  /** @param now the clock of this process, ms */
  constructor(stream: Output, now = () => performance.now()) {
    this.#stream = stream;
    this.#now = now;
    this.#start = now();
    this.#shownAt = this.#start;
  }

  /**
   * Shows the progress, unless it was shown a moment ago.
   *
   * @param read sessions read so far
   * @param lastId its first digits tell the share that is done: ids are random hex digits, and read in order
   */
  show(read: number, lastId: string): void {
    const now = this.#now();
    if (now - this.#shownAt < (this.#stream.isTTY ? BAR_INTERVAL : LINE_INTERVAL)) return;
    this.#shownAt = now;
    const done = /^[0-9a-f]{8}/.test(lastId) ? Number.parseInt(lastId.slice(0, 8), 16) / 0x1_0000_0000 : 0;
    const rate = Math.round((read / Math.max(1, now - this.#start)) * 1000);
    const facts = `${Math.floor(done * 100)} %  ${read.toLocaleString("en")} sessions  ${rate.toLocaleString("en")}/s`;
    if (!this.#stream.isTTY) return void this.#stream.write(`${facts}\n`);
    const full = Math.floor(done * BAR_WIDTH);
    this.#stream.write(`\r[${"#".repeat(full)}${" ".repeat(BAR_WIDTH - full)}] ${facts}\u001B[K`);
    this.#drawn = true;
  }

  /** Removes the bar. */
  end(): void {
    if (this.#drawn) this.#stream.write("\r\u001B[K");
    this.#drawn = false;
  }
}
