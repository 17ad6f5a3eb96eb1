import type { Row, SyncRowStream } from "./driver.js";
import { mapSqliteError } from "./sqlite-errors.js";

/** The rows of a statement that is being read, in portions. */
export class SqliteRowStream implements SyncRowStream {
  readonly #rows: Iterator<unknown>;
  readonly #chunkSize: number;
  readonly #sql: string;
  readonly #codeNameOf: (error: unknown) => string | null;
  #done = false;

  /**
   * @param rows - the driver's iterator, over lists
   * @param codeNameOf - SQLite's name of an error's code, which each driver has elsewhere
   */
  constructor(rows: Iterator<unknown>, chunkSize: number, sql: string, codeNameOf: (error: unknown) => string | null) {
    this.#rows = rows;
    this.#chunkSize = chunkSize;
    this.#sql = sql;
    this.#codeNameOf = codeNameOf;
  }

  next(): Row[] | null {
    const chunk: Row[] = [];
    try {
      while (!this.#done && chunk.length < this.#chunkSize) {
        const step = this.#rows.next();
        if (step.done === true) this.#done = true;
        // both drivers are told to give every row as a list
        else chunk.push(step.value as Row);
      }
    } catch (error) {
      this.#done = true;
      throw mapSqliteError(error, this.#codeNameOf(error), this.#sql);
    }
    return chunk.length === 0 ? null : chunk;
  }

  close(): void {
    if (this.#done) return;
    this.#done = true;
    this.#rows.return?.();
  }
}
