import type { Dialect } from "./dialect.js";
import { fragment } from "./fragment.js";
import {
  type AggregateNode,
  type CallNode,
  type CombinedQuery,
  type CommonTableExpression,
  type ComparisonNode,
  type InNode,
  type LogicalNode,
  type Node,
  type OrderTerm,
  outputOf,
  type QueryExpression,
  type SelectQuery,
  type TableAlias,
} from "./nodes.js";
import { Parameters } from "./parameters.js";

/**
 * Walks an SQL tree and writes the text of one statement in one dialect. It knows neither models nor values: the
 * text and the binders serve every query of the same shape.
 */
export class Renderer {
  readonly dialect: Dialect;
  readonly parameters: Parameters;
  /** The tables that the text names, and the functions that it calls: what its rows depend on. */
  readonly tables = new Set<string>();
  readonly calls = new Set<string>();
  /** Whether the text depends on the time zone that the renderer was given. */
  usesTimeZone = false;
  readonly #timeZone: string | undefined;
  readonly #qualified: boolean;
  readonly #names = new Map<TableAlias, string>();
  readonly #taken = new Set<string>();

  /**
   * @param options - `timeZone`: the zone of functions that name none; `literals`: the values of the query, where they and
   *   constants are written into the text; `qualified`: false leaves the tables of columns out
   */
  constructor(dialect: Dialect, options: { timeZone?: string; literals?: readonly unknown[]; qualified?: boolean } = {}) {
    this.dialect = dialect;
    this.#timeZone = options.timeZone;
    this.parameters = new Parameters(dialect, options.literals ?? null);
    this.#qualified = options.qualified ?? true;
  }

  nameOf(alias: TableAlias): string {
    let name = this.#names.get(alias);
    if (name === undefined) {
      const preferred = alias.source.kind === "table" ? alias.source.table : alias.source.kind === "cte" ? alias.source.name : "subquery";
      name = preferred;
      for (let count = 2; this.#taken.has(name.toLowerCase()); count++) name = `T${count}`;
      this.#taken.add(name.toLowerCase());
      this.#names.set(alias, name);
    }
    return name;
  }

  quote(name: string): string {
    return this.dialect.quoteIdentifier(name);
  }

  node(node: Node): string {
    switch (node.kind) {
      case "column":
        return this.#qualified ? `${this.quote(this.nameOf(node.alias))}.${this.quote(node.name)}` : this.quote(node.name);
      case "parameter":
        return this.parameters.text(node);
      case "parameterList":
        return this.parameters.text(node);
      case "constant":
        return this.parameters.text(node);
      case "raw":
        return node.parts.map((part) => (typeof part === "string" ? part : this.node(part))).join("");
      case "call": {
        this.calls.add(node.name);
        const call = node.options?.timeZone === null ? this.#inTimeZone(node) : node;
        const expansion = this.dialect.expansions[node.name];
        if (expansion) return this.node(expansion(call));
        const args = node.args.map((arg) => this.node(arg));
        const template = this.dialect.functions[node.name];
        return template ? template(args, call, this.dialect) : `${node.name}(${args.join(", ")})`;
      }
      case "arithmetic":
        return this.dialect.arithmetic(node.operator, this.#comparable(node.left), this.#comparable(node.right), node.output);
      case "comparison":
        if (storedAlike(node)) return `${this.operand(node.left)} ${node.operator} ${this.operand(node.right)}`;
        return `${this.#comparable(node.left)} ${node.operator} ${this.#comparable(node.right)}`;
      case "match": {
        const template = this.dialect.matches[node.lookup];
        // which lookups a dialect has is checked when the filter is built
        if (!template) throw new Error(`no SQL for the lookup '${node.lookup}' on ${this.dialect.vendor}`);
        return template(this.operand(node.left), this.operand(node.right), node);
      }
      case "isNull":
        return `${this.operand(node.operand)} IS ${node.negated ? "NOT " : ""}NULL`;
      case "in":
        return this.#in(node);
      case "between":
        return `${this.#comparable(node.operand)} BETWEEN ${this.#comparable(node.low)} AND ${this.#comparable(node.high)}`;
      case "exists":
        return `EXISTS ${this.node(node.subquery)}`;
      case "logical":
        return this.#logical(node);
      case "case": {
        const branches = node.branches.map(({ when, then }) => `WHEN ${this.node(when)} THEN ${this.node(then)}`).join(" ");
        return `CASE ${branches}${node.otherwise ? ` ELSE ${this.node(node.otherwise)}` : ""} END`;
      }
      case "cast":
        return this.dialect.cast(this.operand(node.operand), node.output, this.dialect.codec(node.output.storage).columnType);
      case "aggregate": {
        if (node.filter && !this.dialect.features.aggregateFilter) return this.node(filteredByCase(node, node.filter));
        const args = node.args.map((arg) => (node.name === "COUNT" ? this.operand(arg) : this.#comparable(arg)));
        const distinct = node.distinct ? "DISTINCT " : "";
        const order = node.orderBy.length > 0 ? ` ORDER BY ${this.#order(node.orderBy)}` : "";
        const filter = node.filter ? ` FILTER (WHERE ${this.node(node.filter)})` : "";
        const template = this.dialect.aggregates[node.name];
        return template
          ? template({ args, distinct, order, filter }, node)
          : `${node.name}(${distinct}${args.join(", ")}${order})${filter}`;
      }
      case "window": {
        const parts = [
          node.partitionBy.length > 0 ? `PARTITION BY ${node.partitionBy.map((item) => this.node(item)).join(", ")}` : "",
          node.orderBy.length > 0 ? `ORDER BY ${this.#order(node.orderBy)}` : "",
          node.frame ?? "",
        ];
        return `${this.node(node.expression)} OVER (${parts.filter(Boolean).join(" ")})`;
      }
      case "subquery":
        return `(${this.query(node.source.buildSelect(this.dialect))})`;
      case "tuple":
        return `(${node.items.map((item) => this.node(item)).join(", ")})`;
      case "star":
        return "*";
      case "selected":
        return this.quote(node.name);
      case "always":
        return "1 = 1";
      case "never":
        return "1 = 0";
      case "outer":
        // bound when its query is put into another; on its own such a query is refused before it is rendered
        throw new Error(`OuterRef("${node.path}") outside a subquery`);
    }
  }

  /** A condition used as a value is put in parentheses. */
  operand(node: Node): string {
    const text = this.node(node);
    return node.kind === "comparison" ||
      node.kind === "match" ||
      node.kind === "isNull" ||
      node.kind === "in" ||
      node.kind === "between" ||
      node.kind === "exists"
      ? `(${text})`
      : text;
  }

  #comparable(node: Node): string {
    return this.operand(this.dialect.comparable(node));
  }

  /** A query whose rows a driver reads: columns that would not arrive whole are selected as text. */
  reading(query: QueryExpression): string {
    if (query.kind === "select") return this.select(this.#readable(query));
    // the order of a combination is that of its columns, which has to stay that of their values
    if (query.orderBy.length > 0) return this.query(query);
    return this.query({ ...query, parts: query.parts.map((part) => (part.kind === "select" ? this.#readable(part) : part)) });
  }

  #readable(select: SelectQuery): SelectQuery {
    const asText = (node: Node): boolean => {
      const output = outputOf(node);
      return output !== null && this.dialect.codec(output.storage).selectAsText === true;
    };
    if (!select.columns.some(({ expression }) => asText(expression))) return select;
    const columns = select.columns.map((column) =>
      asText(column.expression)
        ? { ...column, expression: fragment(outputOf(column.expression))`CAST(${column.expression} AS TEXT)` }
        : column,
    );
    const orderBy = select.orderBy.map((term) =>
      term.expression.kind === "selected" && asText(term.expression) ? { ...term, expression: term.expression.of } : term,
    );
    return { ...select, columns, orderBy };
  }

  query(query: QueryExpression): string {
    return query.kind === "select" ? this.select(query) : this.#combined(query);
  }

  select(select: SelectQuery): string {
    const head = this.#with(select.with, select.recursive);
    const columns = select.columns
      .map(({ expression, as }) => (as === null ? this.operand(expression) : `${this.operand(expression)} AS ${this.quote(as)}`))
      .join(", ");
    const distinct =
      select.distinctOn.length > 0
        ? `DISTINCT ON (${select.distinctOn.map((node) => this.node(node)).join(", ")}) `
        : select.distinct
          ? "DISTINCT "
          : "";
    let sql = `${head}SELECT ${distinct}${columns}`;
    if (select.from) sql += ` FROM ${this.from(select.from)}`;
    for (const join of select.joins) sql += ` ${join.type} JOIN ${this.from(join.alias)} ON (${this.node(join.on)})`;
    if (select.where) sql += ` WHERE ${this.#top(select.where)}`;
    if (select.groupBy.length > 0) sql += ` GROUP BY ${select.groupBy.map((node) => this.node(node)).join(", ")}`;
    if (select.having) sql += ` HAVING ${this.#top(select.having)}`;
    sql += this.#tail(select);
    if (select.lock) {
      const of = select.lock.of.length > 0 ? ` OF ${select.lock.of.map((alias) => this.quote(this.nameOf(alias))).join(", ")}` : "";
      sql += ` FOR ${select.lock.strength}${of}${select.lock.wait === "wait" ? "" : ` ${select.lock.wait.toUpperCase()}`}`;
    }
    return sql;
  }

  /** A table, a query or a common table expression with the name it has in this statement. */
  from(alias: TableAlias): string {
    const name = this.nameOf(alias);
    switch (alias.source.kind) {
      case "table":
        this.tables.add(alias.source.table);
        return alias.source.table === name ? this.quote(name) : `${this.quote(alias.source.table)} ${this.quote(name)}`;
      case "cte":
        return alias.source.name === name ? this.quote(name) : `${this.quote(alias.source.name)} ${this.quote(name)}`;
      case "query":
        return `(${this.query(alias.source.query.buildSelect(this.dialect))}) ${this.quote(name)}`;
    }
  }

  /** A function of the settings' time zone, in the one that holds now. */
  #inTimeZone(node: CallNode): CallNode {
    if (this.#timeZone === undefined) throw new Error(`${node.name} needs a time zone, and its renderer has none`);
    this.usesTimeZone = true;
    return { ...node, options: { ...node.options, timeZone: this.#timeZone } };
  }

  #with(expressions: readonly CommonTableExpression[], recursive: boolean): string {
    if (expressions.length === 0) return "";
    const list = expressions.map(({ name, columns, query }) => {
      const body = "kind" in query ? this.node(query) : this.query(query.buildSelect(this.dialect));
      return `${this.quote(name)}${columns ? ` (${columns.map((column) => this.quote(column)).join(", ")})` : ""} AS (${body})`;
    });
    return `WITH ${recursive ? "RECURSIVE " : ""}${list.join(", ")} `;
  }

  #combined(query: CombinedQuery): string {
    const parentheses = this.dialect.features.parenthesizedSetOperands;
    const parts = query.parts.map((part) => {
      const text = this.query(part);
      if (parentheses) return `(${text})`;
      return part.kind === "combined" || part.with.length > 0 ? `SELECT * FROM (${text})` : text;
    });
    return `${parts.join(` ${query.operator} `)}${this.#tail(query)}`;
  }

  #tail(query: { readonly orderBy: readonly OrderTerm[]; readonly limit: Node | null; readonly offset: Node | null }): string {
    let sql = query.orderBy.length > 0 ? ` ORDER BY ${this.#order(query.orderBy)}` : "";
    if (query.limit) sql += ` LIMIT ${this.node(query.limit)}`;
    if (query.offset) {
      if (!query.limit && this.dialect.features.unlimited !== null) sql += ` LIMIT ${this.dialect.features.unlimited}`;
      sql += ` OFFSET ${this.node(query.offset)}`;
    }
    return sql;
  }

  #order(terms: readonly OrderTerm[]): string {
    return terms
      .map(({ expression, descending, nulls }) => {
        const direction = descending ? "DESC" : "ASC";
        if (nulls === null) return `${this.#comparable(expression)} ${direction}`;
        if (this.dialect.features.nullsOrder) return `${this.#comparable(expression)} ${direction} NULLS ${nulls.toUpperCase()}`;
        // the name of an aggregate may stand alone only
        const value = expression.kind === "selected" ? expression.of : expression;
        return `${this.operand(value)} IS NULL ${nulls === "first" ? "DESC" : "ASC"}, ${this.#comparable(expression)} ${direction}`;
      })
      .join(", ");
  }

  /** The condition of a WHERE: a conjunction needs no parentheses of its own. */
  #top(node: Node): string {
    return node.kind === "logical" && !node.negated && node.connector === "AND"
      ? node.children.map((child) => this.#member(child)).join(" AND ")
      : this.node(node);
  }

  #member(node: Node): string {
    return node.kind === "raw" ? `(${this.node(node)})` : this.node(node);
  }

  #logical(node: LogicalNode): string {
    if (node.connector === "XOR" && node.children.length > 1) {
      // an odd number of true conditions, as in Django and in SQL:1999's MySQL dialect
      const ones = node.children.map((child) => `CASE WHEN ${this.node(child)} THEN 1 ELSE 0 END`).join(" + ");
      return `${node.negated ? "NOT " : ""}((${ones}) % 2 = 1)`;
    }
    const text = node.children.map((child) => this.#member(child)).join(` ${node.connector} `);
    return node.negated ? `NOT (${text})` : node.children.length > 1 ? `(${text})` : text;
  }

  #in(node: InNode): string {
    const left = this.operand(node.left);
    if (node.right.kind === "parameterList" && node.right.length === null) return this.parameters.inList(left, node.right);
    if (node.right.kind !== "subquery" || this.dialect.features.freeSubqueries) return `${left} IN ${this.node(node.right)}`;
    const query = node.right.source.buildSelect(this.dialect);
    const text = this.query(query);
    // a table of its own is worked out before, and may have whatever the subquery may not
    return `${left} IN (${node.ofWrittenTable || query.limit || query.offset ? `SELECT * FROM (${text}) AS ${this.quote("listed")}` : text})`;
  }
}

/** Where aggregates have no FILTER: rows that it leaves out count as null, which aggregates pass over. */
function filteredByCase(node: AggregateNode, filter: Node): Node {
  const args = node.args.map((arg): Node => {
    const then: Node = arg.kind === "star" ? { kind: "raw", parts: ["1"], output: null } : arg;
    return { kind: "case", branches: [{ when: filter, then }], otherwise: null, output: outputOf(arg) };
  });
  return { ...node, args, filter: null };
}

/** Equality of a column and a value of its own, which the stored form decides and an index on it serves. */
function storedAlike({ operator, left, right }: ComparisonNode): boolean {
  return (operator === "=" || operator === "<>") && isStored(left) && isStored(right);
}

function isStored({ kind }: Node): boolean {
  return kind === "column" || kind === "parameter" || kind === "constant";
}
