import type { Statement } from "./driver.js";

const CAPACITY = 256;

/**
 * Prepared statements of one connection: found by the identity of a statement that lives on, else by its text,
 * of which the least recently used are forgotten.
 */
export class StatementCache<Prepared> {
  readonly #prepare: (sql: string) => Prepared;
  #byIdentity = new WeakMap<Statement, Prepared>();
  readonly #byText = new Map<string, Prepared>();

  constructor(prepare: (sql: string) => Prepared) {
    this.#prepare = prepare;
  }

  get(statement: Statement): Prepared {
    const known = this.#byIdentity.get(statement);
    if (known !== undefined) return known;
    if (statement.once === true) return this.#prepare(statement.sql);
    const prepared = this.#byText.get(statement.sql) ?? this.#prepare(statement.sql);
    this.#byText.delete(statement.sql);
    this.#byText.set(statement.sql, prepared);
    if (this.#byText.size > CAPACITY) {
      for (const oldest of this.#byText.keys()) {
        this.#byText.delete(oldest);
        break;
      }
    }
    this.#byIdentity.set(statement, prepared);
    return prepared;
  }

  clear(): void {
    this.#byIdentity = new WeakMap();
    this.#byText.clear();
  }
}
