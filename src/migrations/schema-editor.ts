import { atomicFlow } from "../engine/atomic.js";
import { dialectFor, execute } from "../engine/execute.js";
import type { Flow } from "../engine/flow.js";
import { ProgrammingError } from "../errors.js";
import type { ModelMeta } from "../models/meta.js";
import type { Dialect } from "../sql/dialect.js";
import { checkNames, checkReferences, checkTargets, checkTypes, checkVirtualColumns, tablesAmong } from "./schema-checks.js";
import { dependencyOrder, withJunctions } from "./table-order.js";
import { createTablesSql, dropTablesSql } from "./table-sql.js";

/** Changes the schema of one database. Its operations are flows; each is one transaction where the database can undo DDL. */
export class SchemaEditor {
  readonly alias: string;
  readonly dialect: Dialect;

  /** @throws ImproperlyConfigured when there is no such alias */
  constructor(alias: string) {
    this.alias = alias;
    this.dialect = dialectFor(alias);
  }

  /**
   * Makes the tables of models, with their junctions, indexes and constraints.
   *
   * @param metas - in any order
   * @param ifNotExists - whether tables that are there are passed over; else they are an error
   */
  *createTables(metas: readonly ModelMeta[], ifNotExists: boolean): Flow<void> {
    const ordered = dependencyOrder(withJunctions(metas));
    checkNames(ordered);
    // made once before anything runs: what the dialect refuses is refused here
    createTablesSql(this.dialect, ordered);
    yield* this.#together(() => this.#create(ordered, ifNotExists));
  }

  *#create(ordered: readonly ModelMeta[], ifNotExists: boolean): Flow<void> {
    const { alias, dialect } = this;
    const there = yield* tablesAmong(
      alias,
      dialect,
      ordered.map(({ table }) => table),
    );
    const missing = ordered.filter(({ table }) => there.get(table) !== true);
    const existing = ordered.find(({ table }) => there.get(table) === true);
    if (existing !== undefined && !ifNotExists) {
      throw new ProgrammingError(
        `The table "${existing.table}" of ${existing.label} is there already. Drop it first, or pass { ifNotExists: true } to leave it as it is.`,
        { alias, vendor: dialect.vendor, code: "duplicate_table", table: existing.table },
      );
    }
    yield* checkTypes(alias, dialect, missing);
    yield* checkVirtualColumns(alias, dialect, missing);
    yield* checkTargets(alias, dialect, missing);
    yield* this.#run(createTablesSql(dialect, missing));
  }

  /**
   * Drops the tables of models and their junctions; those that are not there are passed over.
   *
   * @throws ProgrammingError when a table that stays refers to one of them
   */
  *dropTables(metas: readonly ModelMeta[]): Flow<void> {
    const tables = dependencyOrder(withJunctions(metas)).map(({ table }) => table);
    yield* this.#together(() => this.#drop(tables));
  }

  *#drop(tables: readonly string[]): Flow<void> {
    const there = yield* tablesAmong(this.alias, this.dialect, tables);
    const existing = tables.filter((table) => there.get(table) === true);
    yield* checkReferences(this.alias, this.dialect, existing);
    yield* this.#run(dropTablesSql(this.dialect, existing));
  }

  *#run(statements: readonly string[]): Flow<void> {
    for (const sql of statements) yield execute(this.alias, { sql, kind: "ddl", returnsRows: false, once: true }, []);
  }

  #together(body: () => Flow<void>): Flow<void> {
    return this.dialect.features.transactionalDdl ? atomicFlow(this.alias, body) : body();
  }
}
