import { QueryError } from "../errors.js";
import { EXPRESSION } from "../models/expression-brand.js";
import type { Node, TableAlias } from "../sql/nodes.js";
import type { Query } from "./query.js";
import { FINGERPRINT, type Fingerprint, type Fingerprinted, type Slots } from "./shape.js";

/** Where an expression is put, when it is resolved to columns and joins. */
export interface ResolveContext {
  readonly query: Query;
  readonly slots: Slots;
  /** False in an UPDATE, which reaches one table only. */
  readonly allowJoins: boolean;
  /** The multi-valued joins that this filter may share; null: any. */
  readonly reuse: Set<TableAlias> | null;
  /** True in aggregate(), whose references are to the results of the query inside. */
  readonly summarize: boolean;
  /** Values named before in the same aggregate(). */
  readonly named?: ReadonlyMap<string, Node>;
  /** True in Count, to which any column of a key says whether there is a row. */
  readonly anyKeyColumn?: boolean;
  /** True where the value is written to a column, so that conditions are not allowed. */
  readonly forSave?: boolean;
}

/**
 * Something that the database computes. It can be compared, combined, ordered by, annotated and saved.
 *
 * Immutable; each method gives a new expression.
 */
export abstract class Expression implements Fingerprinted {
  declare readonly [EXPRESSION]: true;
  declare readonly [FINGERPRINT]: true;

  static {
    Object.defineProperty(this.prototype, EXPRESSION, { value: true });
    Object.defineProperty(this.prototype, FINGERPRINT, { value: true });
  }

  /** Writes the structure, and the values in the order in which {@link resolve} asks for them. */
  abstract fingerprint(print: Fingerprint): void;
  abstract resolve(context: ResolveContext): Node;

  /** The name that it has where none is given, as `pages__sum`; null where it must be named. */
  get defaultAlias(): string | null {
    return null;
  }

  add(other: unknown): Expression {
    return combine(this, "+", other);
  }
  sub(other: unknown): Expression {
    return combine(this, "-", other);
  }
  mul(other: unknown): Expression {
    return combine(this, "*", other);
  }
  div(other: unknown): Expression {
    return combine(this, "/", other);
  }
  mod(other: unknown): Expression {
    return combine(this, "%", other);
  }
  pow(other: unknown): Expression {
    return combine(this, "^", other);
  }
  neg(): Expression {
    return combine(this, "*", -1);
  }
  bitAnd(other: unknown): Expression {
    return combine(this, "&", other);
  }
  bitOr(other: unknown): Expression {
    return combine(this, "|", other);
  }
  bitXor(other: unknown): Expression {
    return combine(this, "#", other);
  }
  bitLeftShift(other: unknown): Expression {
    return combine(this, "<<", other);
  }
  bitRightShift(other: unknown): Expression {
    return combine(this, ">>", other);
  }

  /** Ascending order by this expression. */
  asc(options: OrderOptions = {}): OrderBy {
    return new OrderBy(this, false, nullsOf(options));
  }
  /** Descending order by this expression. */
  desc(options: OrderOptions = {}): OrderBy {
    return new OrderBy(this, true, nullsOf(options));
  }

  toJSON(): never {
    throw new QueryError(`${this.constructor.name} is an expression for the database and has no value here.`);
  }
}

export interface OrderOptions {
  readonly nullsFirst?: boolean;
  readonly nullsLast?: boolean;
}

function nullsOf({ nullsFirst, nullsLast }: OrderOptions): "first" | "last" | null {
  if (nullsFirst && nullsLast) throw new QueryError("nullsFirst and nullsLast exclude each other.");
  return nullsFirst ? "first" : nullsLast ? "last" : null;
}

type Combiner = (left: Expression, operator: string, right: unknown) => Expression;
let combiner: Combiner | undefined;

/** The arithmetic node is a class over this one; it registers itself to close the circle. */
export function installCombiner(implementation: Combiner): void {
  combiner = implementation;
}

function combine(left: Expression, operator: string, right: unknown): Expression {
  // arithmetic.ts is loaded with the package
  if (!combiner) throw new Error("arithmetic is not loaded");
  return combiner(left, operator, right);
}

/** A direction given to an expression. */
export class OrderBy implements Fingerprinted {
  declare readonly [FINGERPRINT]: true;
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nulls: "first" | "last" | null;

  static {
    Object.defineProperty(this.prototype, FINGERPRINT, { value: true });
  }

  constructor(expression: Expression, descending: boolean, nulls: "first" | "last" | null) {
    this.expression = expression;
    this.descending = descending;
    this.nulls = nulls;
  }

  reversed(): OrderBy {
    return new OrderBy(this.expression, !this.descending, this.nulls === "first" ? "last" : this.nulls === "last" ? "first" : null);
  }

  fingerprint(print: Fingerprint): void {
    print.token(`order:${this.descending}:${this.nulls}`);
    this.expression.fingerprint(print);
  }
}
