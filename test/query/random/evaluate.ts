import type { AggregateCall, Condition, Description, Filter, Leaf, OrderBy, RightSide, Step } from "./description.js";
import { type Data, type ModelName, type Row, schema, type Value } from "./models.js";
import { and, lookup, not, or, type Truth } from "./truth.js";

/*
 * Answers querysets in memory, as Django documents them, by the plainest means: every relation that a queryset speaks
 * of is followed from every row, an outer join of nested loops, and conditions are worked out with SQL's three truth
 * values (null: unknown).
 */

/** A row of the model and the rows that it is joined to, by the number of the join; null where there is none. */
type Joined = readonly (Row | null)[];
type Named = Readonly<Record<string, Value>>;
type Test = (joined: Joined, named: Named) => Truth;
type Read = (joined: Joined, named: Named) => Value;

interface Join {
  readonly parent: number;
  readonly name: string;
  readonly model: ModelName;
  readonly many: boolean;
}
interface Column {
  readonly read: Read;
  readonly nullable: boolean;
}
interface Position {
  readonly branchNegated: boolean;
  readonly negated: boolean;
  readonly split: boolean;
}

class Evaluation {
  readonly data: Data;
  readonly model: ModelName;
  readonly nullsFirst: boolean;
  joins: Join[] = [];
  readonly where: Test[] = [];
  readonly having: Test[] = [];
  readonly annotations = new Map<string, { readonly aggregate: AggregateCall; readonly read: Read; readonly filter: Test | null }>();
  readonly references = new Map<string, Read>();
  values: readonly Read[] | null = null;
  names: readonly string[] = [];
  /** What values() before annotate() groups by. */
  groups: readonly Read[] | null = null;
  order: readonly OrderBy[] = [];
  distinct = false;
  slice: readonly [number, number] | null = null;

  constructor(data: Data, model: ModelName, nullsFirst: boolean) {
    this.data = data;
    this.model = model;
    this.nullsFirst = nullsFirst;
    this.joins.push({ parent: -1, name: "", model, many: false });
  }

  /** @param reuse - the joins to many that may serve again; null: all */
  column(path: readonly string[], reuse: ReadonlySet<number> | null, used: Set<number> = new Set()): Column {
    const [first = ""] = path;
    const reference = this.references.get(first);
    if (reference) return { read: reference, nullable: false };
    if (this.annotations.has(first)) return { read: (_, named) => named[first] ?? null, nullable: false };
    let place = 0;
    let { model } = this;
    let name = "id";
    for (const part of path) {
      const relation = schema[model].relations[part];
      if (!relation) {
        name = part;
        break;
      }
      place = this.#join(place, part, relation, reuse);
      used.add(place);
      model = relation.target;
    }
    return { read: (joined) => joined[place]?.[name] ?? null, nullable: schema[model].columns[name]?.nullable === true };
  }

  #join(
    parent: number,
    name: string,
    relation: { readonly target: ModelName; readonly many: boolean },
    reuse: ReadonlySet<number> | null,
  ): number {
    for (let place = this.joins.length - 1; place > 0; place--) {
      const join = this.joins[place];
      if (join?.parent === parent && join.name === name && (!relation.many || reuse === null || reuse.has(place))) return place;
    }
    this.joins.push({ parent, name, model: relation.target, many: relation.many });
    return this.joins.length - 1;
  }

  test(condition: Condition, position: Position, reuse: Set<number> | null): Test {
    switch (condition.kind) {
      case "tree": {
        const negated = position.negated !== condition.negated;
        const inside: Position = { ...position, branchNegated: position.branchNegated || condition.negated, negated };
        const children = condition.children.map((child) => this.test(child, inside, reuse));
        return (joined, named) => {
          const values = children.map((child) => child(joined, named));
          const whole =
            values.length === 1 || condition.connector === "and"
              ? and(values)
              : condition.connector === "or"
                ? or(values)
                : values.filter((value) => value === true).length % 2 === 1;
          return condition.negated ? not(whole) : whole;
        };
      }
      case "exists": {
        const inner = new Evaluation(this.data, condition.model, this.nullsFirst);
        if (condition.condition) inner.filter(condition.condition, false);
        const rows = inner.roots();
        return ([root]) => rows.some((row) => row[condition.link] === root?.id) !== condition.negated;
      }
      case "leaf":
        return this.#leaf(condition, position, reuse);
    }
  }

  #leaf(leaf: Leaf, position: Position, reuse: Set<number> | null): Test {
    const [head = ""] = leaf.path;
    if (this.annotations.has(head) || this.references.has(head)) {
      const { read } = this.column(leaf.path, null);
      const right = this.#right(leaf.right, reuse);
      return (joined, named) => lookup(leaf, read(joined, named), right.read(joined, named));
    }
    if (position.branchNegated && position.split && this.#isMany(leaf.path)) {
      // "there is a related row like this": a question of its own, not about the rows joined for other conditions
      const right = this.#right(leaf.right, reuse);
      const inner = new Evaluation(this.data, this.model, this.nullsFirst);
      const { read } = inner.column(leaf.path, new Set());
      return (joined, named) => {
        const value = right.read(joined, named);
        return inner.expand([joined[0] as Row]).some((each) => lookup(leaf, read(each, {}), value) === true);
      };
    }
    const used = new Set<number>();
    const left = this.column(leaf.path, reuse, used);
    const right = this.#right(leaf.right, reuse);
    if (reuse) for (const place of used) reuse.add(place);
    const isNull = leaf.lookup === "isnull" || (leaf.lookup === "exact" && leaf.right.kind === "value" && leaf.right.value === null);
    return (joined, named) => {
      const value = left.read(joined, named);
      const other = right.read(joined, named);
      const result = lookup(leaf, value, other);
      if (!position.negated || isNull) return result;
      // a negated condition keeps the rows without a value
      return and([result, value !== null, right.nullable ? other !== null : true]);
    };
  }

  #isMany(path: readonly string[]): boolean {
    let { model } = this;
    for (const part of path) {
      const relation = schema[model].relations[part];
      if (!relation) return false;
      if (relation.many) return true;
      model = relation.target;
    }
    return false;
  }

  #right(
    side: RightSide,
    reuse: Set<number> | null,
  ): { readonly read: (joined: Joined, named: Named) => Value | boolean | readonly Value[]; readonly nullable: boolean } {
    switch (side.kind) {
      case "value": {
        const value = Array.isArray(side.value) ? side.value.filter((item) => item !== null) : side.value;
        return { read: () => value as Value, nullable: false };
      }
      case "reference":
        return this.column(side.path, reuse);
      case "queryset": {
        const inner = new Evaluation(this.data, side.model, this.nullsFirst);
        if (side.condition) inner.filter(side.condition, false);
        const list = inner.roots().map((row) => row[side.column] ?? null);
        return { read: () => list, nullable: false };
      }
    }
  }

  filter(condition: Condition, negated: boolean): void {
    const whole: Condition = negated ? { kind: "tree", connector: "and", negated: true, children: [condition] } : condition;
    const test = this.test(whole, { branchNegated: false, negated: false, split: true }, new Set());
    (this.#speaksOfAnnotation(condition) ? this.having : this.where).push(test);
  }

  #speaksOfAnnotation(condition: Condition): boolean {
    if (condition.kind === "tree") return condition.children.some((child) => this.#speaksOfAnnotation(child));
    return condition.kind === "leaf" && this.annotations.has(condition.path[0] ?? "");
  }

  /** Every row beside every combination of rows that it is joined to. */
  expand(rows: readonly Row[]): Joined[] {
    let result: (Row | null)[][] = rows.map((row) => [row]);
    for (const join of this.joins.slice(1)) {
      result = result.flatMap((joined) => {
        const parent = joined[join.parent];
        const model = this.joins[join.parent]?.model as ModelName;
        const found = parent ? (schema[model].relations[join.name]?.follow(this.data, parent) ?? []) : [];
        return found.length === 0 ? [[...joined, null]] : found.map((row) => [...joined, row]);
      });
    }
    return result;
  }

  kept(): Joined[] {
    return this.expand(this.data[this.model]).filter((joined) => this.where.every((test) => test(joined, {}) === true));
  }

  roots(): Row[] {
    return this.kept().map(([root]) => root as Row);
  }

  /** Takes over the conditions of another queryset: its joins are found among these, each join to many once. */
  merge(connector: "and" | "or" | "xor", filters: readonly Filter[]): void {
    const other = new Evaluation(this.data, this.model, this.nullsFirst);
    for (const { condition, kind } of filters) other.filter(condition, kind === "exclude");
    const reusable = new Set(connector === "and" ? [] : this.joins.keys());
    const places = [0];
    for (const join of other.joins.slice(1)) {
      const parent = places[join.parent] ?? 0;
      let place = this.joins.findIndex((known, index) => reusable.has(index) && known.parent === parent && known.name === join.name);
      if (place < 0) place = this.joins.push({ ...join, parent }) - 1;
      else if (join.many) reusable.delete(place);
      places.push(place);
    }
    const own = this.where.splice(0);
    this.where.push((joined, named) => {
      const seen = places.map((place) => joined[place] ?? null);
      const sides = [and(own.map((test) => test(joined, named))), and(other.where.map((test) => test(seen, named)))];
      if (connector === "xor") return (sides[0] === true) !== (sides[1] === true);
      return connector === "or" ? or(sides) : and(sides);
    });
  }

  /** From here on the rows are those of both, each once: conditions so far are answered, and none may follow. */
  combine(operator: "union" | "intersection" | "difference", filters: readonly Filter[]): void {
    const other = new Evaluation(this.data, this.model, this.nullsFirst);
    for (const { condition, kind } of filters) other.filter(condition, kind === "exclude");
    const [left, right] = [new Set(this.roots()), new Set(other.roots())];
    this.joins.length = 1;
    this.where.splice(0, this.where.length, ([root]) => {
      const [here, there] = [left.has(root as Row), right.has(root as Row)];
      if (operator === "union") return here || there;
      return here && there === (operator === "intersection");
    });
  }

  annotate(name: string, aggregate: AggregateCall): void {
    if (this.values !== null && this.groups === null) this.groups = this.values;
    this.annotations.set(name, this.aggregate(aggregate));
    if (this.values !== null) this.names = [...this.names, name];
  }

  aggregate(aggregate: AggregateCall): { readonly aggregate: AggregateCall; readonly read: Read; readonly filter: Test | null } {
    const read: Read = aggregate.path.length === 0 ? () => 1 : this.column(aggregate.path, null).read;
    const filter = aggregate.filter && this.test(aggregate.filter, { branchNegated: false, negated: false, split: false }, null);
    return { aggregate, read, filter };
  }

  /** The rows with what is annotated, each with one of the joined rows that it stands for. */
  grouped(): { readonly joined: Joined; readonly named: Named }[] {
    const kept = this.kept();
    if (this.annotations.size === 0) return kept.map((joined) => ({ joined, named: {} }));
    const groups = new Map<string, Joined[]>();
    for (const joined of kept) {
      const key = JSON.stringify(this.groups === null ? joined[0]?.id : this.groups.map((read) => read(joined, {})));
      const group = groups.get(key);
      if (group) group.push(joined);
      else groups.set(key, [joined]);
    }
    return [...groups.values()]
      .map((group) => ({
        joined: group[0] as Joined,
        named: Object.fromEntries(
          [...this.annotations].map(([name, { aggregate, read, filter }]) => [
            name,
            total(
              aggregate,
              group.filter((joined) => filter === null || filter(joined, {}) === true).map((joined) => read(joined, {})),
            ),
          ]),
        ),
      }))
      .filter(({ joined, named }) => this.having.every((test) => test(joined, named) === true));
  }

  /** @param ordered - whether the order counts, and with it what it joins */
  result(ordered: boolean): { readonly root: Row; readonly named: Named; readonly row: readonly Value[] }[] {
    const order = ordered ? this.order.map(({ path, descending }) => ({ ...this.column(path, null), descending })) : [];
    let rows = this.grouped().map(({ joined, named }) => ({
      root: joined[0] as Row,
      named,
      row:
        this.values === null
          ? [joined[0]?.id as Value, ...[...this.references.values()].map((read) => read(joined, named)), ...Object.values(named)]
          : [...this.values.map((read) => read(joined, named)), ...this.names.map((name) => named[name] ?? null)],
      keys: order.map(({ read }) => read(joined, named)),
    }));
    if (this.distinct) {
      const seen = new Set<string>();
      rows = rows.filter(({ row, keys }) => {
        const key = JSON.stringify([row, keys]);
        return !seen.has(key) && seen.add(key);
      });
    }
    rows.sort((left, right) => {
      for (const [index, { descending }] of order.entries()) {
        const difference = this.#compareValues(left.keys[index] ?? null, right.keys[index] ?? null);
        if (difference !== 0) return descending ? -difference : difference;
      }
      return 0;
    });
    return this.slice ? rows.slice(...this.slice) : rows;
  }

  #compareValues(left: Value, right: Value): number {
    if (left === right) return 0;
    if (left === null) return this.nullsFirst ? -1 : 1;
    if (right === null) return this.nullsFirst ? 1 : -1;
    return left < right ? -1 : 1;
  }

  take(step: Step): void {
    switch (step.kind) {
      case "filter":
      case "exclude":
        this.filter(step.condition, step.kind === "exclude");
        return;
      case "annotate":
        this.annotate(step.name, step.aggregate);
        return;
      case "reference":
        this.references.set(step.name, this.column(step.path, null).read);
        return;
      case "merge":
        this.merge(step.connector, step.filters);
        return;
      case "combine":
        this.combine(step.operator, step.filters);
        return;
      case "values": {
        this.values = step.paths.map((path) => this.column(path, null).read);
        return;
      }
      case "order":
        this.order = step.terms;
        return;
      case "distinct":
        this.distinct = true;
        return;
      case "slice":
        this.slice = [step.start, step.end];
    }
  }
}

function total({ name, distinct }: AggregateCall, all: readonly Value[]): Value {
  const present = all.filter((value) => value !== null);
  const values = distinct ? [...new Set(present)] : present;
  if (name === "Count") return values.length;
  if (values.length === 0) return null;
  if (name === "Sum") return (values as number[]).reduce((sum, value) => sum + value, 0);
  const sorted = [...values].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
  return (name === "Min" ? sorted[0] : sorted.at(-1)) ?? null;
}

/** The answer to a queryset: lists for rows, a number, a boolean or a value. */
export function evaluate(data: Data, { model, steps, terminal }: Description, nullsFirst: boolean): unknown {
  const evaluation = new Evaluation(data, model, nullsFirst);
  for (const step of steps) evaluation.take(step);
  const sliced = evaluation.slice !== null;
  switch (terminal.kind) {
    case "rows":
      return evaluation.result(true).map(({ row }) => row);
    case "count":
      return evaluation.result(sliced).length;
    case "exists":
      return evaluation.result(sliced).length > 0;
    case "aggregate": {
      const { aggregate } = terminal;
      if (!sliced && !evaluation.distinct && evaluation.annotations.size === 0) {
        const { read, filter } = evaluation.aggregate(aggregate);
        const kept = evaluation.kept().filter((joined) => filter === null || filter(joined, {}) === true);
        return total(
          aggregate,
          kept.map((joined) => read(joined, {})),
        );
      }
      const [name] = aggregate.path;
      const values = evaluation
        .result(sliced)
        .map(({ root, named }) => (name === undefined ? 1 : name in named ? (named[name] ?? null) : (root[name] ?? null)));
      return total(aggregate, values);
    }
  }
}
