/** Time between two lines where standard error is no terminal, ms. */
const LINE_INTERVAL = 10_000;
/** Time between two redraws of the bar, ms. */
const BAR_INTERVAL = 100;
const BAR_WIDTH = 30;

/** Standard error. */
interface Output {
  isTTY: boolean;
  write(text: string): boolean;
}

/** Shows the progress of an import: a bar on a terminal, else a line now and then. */
export class Progress {
  readonly #stream: Output;
  readonly #now: () => number;
  readonly #start: number;
  #told: number;
  #drawn = false;

  /** @param now ms, of this process */
  constructor(stream: Output, now = () => performance.now()) {
    this.#stream = stream;
    this.#now = now;
    this.#start = now();
    this.#told = this.#start;
  }

  /** @param lastId ids are random hex digits and read in order, so the last one says how much is done */
  show(read: number, lastId: string): void {
    const now = this.#now();
    if (now - this.#told < (this.#stream.isTTY ? BAR_INTERVAL : LINE_INTERVAL)) return;
    this.#told = now;
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
