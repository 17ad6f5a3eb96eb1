const WIDTH = 30;

/** A bar on a terminal that fills up; one line at the end where there is none. */
export class Progress {
  readonly #title: string;
  readonly #total: number;
  readonly #started = performance.now();
  readonly #live = process.stdout.isTTY;
  #done = 0;

  constructor(title: string, total: number) {
    this.#title = title;
    this.#total = total;
  }

  advance(count: number): void {
    this.#done += count;
    if (!this.#live) return;
    const filled = Math.round((WIDTH * this.#done) / this.#total);
    const bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
    process.stdout.write(`\r\x1b[K${this.#title} ${bar} ${this.#done.toLocaleString("en")} of ${this.#total.toLocaleString("en")}`);
  }

  /** Ends the line with how long it took, and gives the number a second. */
  finish(): number {
    const seconds = (performance.now() - this.#started) / 1000;
    const rate = Math.round(this.#done / seconds);
    const line = `${this.#title} ${this.#done.toLocaleString("en")} in ${seconds.toFixed(2)} s (${rate.toLocaleString("en")} a second)`;
    process.stdout.write(this.#live ? `\r\x1b[K${line}\n` : `${line}\n`);
    return rate;
  }
}
