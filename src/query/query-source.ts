import type { Dialect } from "../sql/dialect.js";
import type { QueryExpression, SelectSource } from "../sql/nodes.js";
import type { Query } from "./query.js";

type Compiler = (query: Query, dialect: Dialect) => QueryExpression;
let compiler: Compiler | undefined;

/** The compiler looks into subqueries itself; it registers here to close the circle. */
export function installCompiler(implementation: Compiler): void {
  compiler = implementation;
}

/** A query as a table or a value of another one. */
export class QuerySource implements SelectSource {
  readonly query: Query;

  constructor(query: Query) {
    this.query = query;
  }

  buildSelect(dialect: Dialect): QueryExpression {
    // compile.ts is loaded with the package
    if (!compiler) throw new Error("the query compiler is not loaded");
    return compiler(this.query, dialect);
  }
}
