import fc from "fast-check";
import type { AggregateCall, Condition, Description, Filter, Leaf, OrderBy, RightSide, Step, Terminal } from "./description.js";
import { type Data, type ModelName, type Row, schema, type Value } from "./models.js";

const modelNames: readonly ModelName[] = ["Writer", "Volume", "Label"];
const text = fc.constantFrom("a", "b", "ab", "ba");
const small = fc.integer({ min: 0, max: 3 });
const nullable = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 3 });
const key = (rows: number): fc.Arbitrary<number | null> => (rows === 0 ? fc.constant(null) : nullable(fc.integer({ min: 1, max: rows })));

/** Rows whose keys point at rows that are there; a mentor comes before those that he teaches. */
export const data: fc.Arbitrary<Data> = fc
  .record({ writers: fc.integer({ min: 1, max: 4 }), volumes: fc.integer({ min: 0, max: 5 }), labels: fc.integer({ min: 0, max: 3 }) })
  .chain(({ writers, volumes, labels }) =>
    fc.record({
      Writer: fc.tuple(
        ...Array.from(
          { length: writers },
          (_, index): fc.Arbitrary<Row> => fc.record({ id: fc.constant(index + 1), name: text, age: nullable(small), mentor: key(index) }),
        ),
      ),
      Volume: fc.tuple(
        ...Array.from(
          { length: volumes },
          (_, index): fc.Arbitrary<Row> =>
            fc.record({
              id: fc.constant(index + 1),
              title: text,
              pages: nullable(small),
              writer: key(writers),
              editor: fc.integer({ min: 1, max: writers }),
            }),
        ),
      ),
      Label: fc.tuple(
        ...Array.from({ length: labels }, (_, index): fc.Arbitrary<Row> => fc.record({ id: fc.constant(index + 1), name: nullable(text) })),
      ),
      links:
        volumes === 0 || labels === 0
          ? fc.constant([])
          : fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: volumes }), fc.integer({ min: 1, max: labels })), {
              selector: String,
              maxLength: 6,
            }),
    }),
  );

interface Paths {
  /** Ends in a column. */
  readonly columns: readonly (readonly string[])[];
  /** Ends in a relation. */
  readonly relations: readonly (readonly string[])[];
}

/** The paths from a model, of up to so many relations. */
function pathsOf(model: ModelName, depth: number, manyToo: boolean): Paths {
  const { columns, relations } = schema[model];
  const found: { columns: (readonly string[])[]; relations: (readonly string[])[] } = {
    columns: Object.keys(columns).map((name) => [name]),
    relations: [],
  };
  if (depth === 0) return found;
  for (const [name, relation] of Object.entries(relations)) {
    if (relation.many && !manyToo) continue;
    found.relations.push([name]);
    const behind = pathsOf(relation.target, depth - 1, manyToo);
    found.columns.push(...behind.columns.map((path) => [name, ...path]));
    found.relations.push(...behind.relations.map((path) => [name, ...path]));
  }
  return found;
}

function typeOf(model: ModelName, path: readonly string[]): "text" | "integer" {
  let current = model;
  for (const name of path) {
    const relation = schema[current].relations[name];
    if (!relation) return schema[current].columns[name]?.type ?? "integer";
    current = relation.target;
  }
  return "integer";
}

function targetOf(model: ModelName, path: readonly string[]): ModelName {
  let current = model;
  for (const name of path) current = schema[current].relations[name]?.target ?? current;
  return current;
}

const value = (side: RightSide): RightSide => side;
const fixed = (given: Value | boolean | readonly Value[]): RightSide => value({ kind: "value", value: given });

/** A lookup that suits a column. */
function columnLeaf(model: ModelName, path: readonly string[], depth: number): fc.Arbitrary<Leaf> {
  const integer = typeOf(model, path) === "integer";
  const literal: fc.Arbitrary<Value> = integer ? small : text;
  const leaf = (lookup: Leaf["lookup"], right: fc.Arbitrary<RightSide>): fc.Arbitrary<Leaf> =>
    right.map((side): Leaf => ({ kind: "leaf", path, lookup, right: side }));
  const kinds = [
    leaf("exact", literal.map(fixed)),
    leaf("exact", fc.constant(fixed(null))),
    leaf("in", fc.array(nullable(literal), { maxLength: 3 }).map(fixed)),
    leaf("isnull", fc.boolean().map(fixed)),
    fc.constantFrom("gt", "gte", "lt", "lte").chain((lookup) => leaf(lookup as Leaf["lookup"], literal.map(fixed))),
  ];
  if (integer) {
    kinds.push(leaf("range", fc.tuple(small, small).map(fixed)));
    const references = pathsOf(model, 1, false).columns.filter((each) => ["age", "pages"].includes(each.at(-1) ?? ""));
    if (references.length > 0) {
      kinds.push(
        fc.constantFrom("exact", "lt", "gte").chain((lookup) =>
          leaf(
            lookup as Leaf["lookup"],
            fc.constantFrom(...references).map((reference): RightSide => ({ kind: "reference", path: reference })),
          ),
        ),
      );
    }
    if (depth > 0)
      kinds.push(
        leaf(
          "in",
          condition("Volume", depth - 1).map(
            (inner): RightSide => ({ kind: "queryset", model: "Volume", column: "pages", condition: inner }),
          ),
        ),
      );
  } else kinds.push(fc.constantFrom("contains", "startswith").chain((lookup) => leaf(lookup as Leaf["lookup"], text.map(fixed))));
  return fc.oneof(...kinds);
}

/** A relation compared with keys, with a queryset of its model, or with nothing. */
function relationLeaf(model: ModelName, path: readonly string[], depth: number): fc.Arbitrary<Leaf> {
  const target = targetOf(model, path);
  const leaf = (lookup: Leaf["lookup"], right: fc.Arbitrary<RightSide>): fc.Arbitrary<Leaf> =>
    right.map((side): Leaf => ({ kind: "leaf", path, lookup, right: side }));
  const kinds = [
    leaf("exact", small.map(fixed)),
    leaf("in", fc.array(small, { maxLength: 3 }).map(fixed)),
    leaf("isnull", fc.boolean().map(fixed)),
  ];
  if (depth > 0)
    kinds.push(
      leaf(
        "in",
        nullable(condition(target, depth - 1)).map(
          (inner): RightSide => ({ kind: "queryset", model: target, column: "id", condition: inner }),
        ),
      ),
    );
  return fc.oneof(...kinds);
}

const LINKS: Readonly<Record<ModelName, readonly (readonly [ModelName, string])[]>> = {
  Writer: [
    ["Volume", "writer"],
    ["Volume", "editor"],
    ["Writer", "mentor"],
  ],
  Volume: [],
  Label: [],
};

/** A condition on a model: a lookup, or a tree of them. */
export function condition(model: ModelName, depth: number, manyToo = true): fc.Arbitrary<Condition> {
  const { columns, relations } = pathsOf(model, 2, manyToo);
  const leaves: fc.Arbitrary<Condition>[] = [fc.constantFrom(...columns).chain((path) => columnLeaf(model, path, depth))];
  if (relations.length > 0) leaves.push(fc.constantFrom(...relations).chain((path) => relationLeaf(model, path, depth)));
  const links = LINKS[model];
  if (depth > 0 && links.length > 0) {
    leaves.push(
      fc.constantFrom(...links).chain(([inner, link]) =>
        fc.record({
          kind: fc.constant("exists" as const),
          negated: fc.boolean(),
          model: fc.constant(inner),
          link: fc.constant(link),
          condition: nullable(condition(inner, depth - 1)),
        }),
      ),
    );
  }
  if (depth === 0) return fc.oneof(...leaves);
  const tree = fc.record({
    kind: fc.constant("tree" as const),
    connector: fc.constantFrom("and" as const, "and" as const, "or" as const, "xor" as const),
    negated: fc.boolean(),
    children: fc.array(
      fc.oneof({ weight: 2, arbitrary: fc.oneof(...leaves) }, { weight: 1, arbitrary: condition(model, depth - 1, manyToo) }),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
  });
  return fc.oneof({ weight: 2, arbitrary: fc.oneof(...leaves) }, { weight: 3, arbitrary: tree });
}

function aggregate(model: ModelName, manyToo: boolean): fc.Arbitrary<AggregateCall> {
  const { columns, relations } = pathsOf(model, 2, manyToo);
  const numbers = columns.filter((path) => typeOf(model, path) === "integer");
  const filter = nullable(condition(model, 1));
  return fc.oneof(
    fc.record({
      name: fc.constant("Count" as const),
      path: fc.constantFrom(...columns, ...relations),
      distinct: fc.boolean(),
      filter,
    }),
    fc.record({ name: fc.constant("Count" as const), path: fc.constant([]), distinct: fc.constant(false), filter }),
    fc.record({
      name: fc.constantFrom("Sum" as const, "Min" as const, "Max" as const),
      path: fc.constantFrom(...numbers),
      distinct: fc.boolean(),
      filter,
    }),
  );
}

const filterStep = (model: ModelName, depth = 2): fc.Arbitrary<Filter> =>
  fc.record({ kind: fc.constantFrom("filter" as const, "filter" as const, "exclude" as const), condition: condition(model, depth) });

function orderStep(paths: readonly (readonly string[])[], last: readonly (readonly string[])[]): fc.Arbitrary<Step> {
  const term = (path: readonly string[]): fc.Arbitrary<OrderBy> => fc.record({ path: fc.constant(path), descending: fc.boolean() });
  return fc
    .tuple(fc.array(fc.constantFrom(...paths).chain(term), { maxLength: 2 }), fc.tuple(...last.map(term)))
    .map(([chosen, end]): Step => ({ kind: "order", terms: [...chosen, ...end] }));
}

const sliceStep: fc.Arbitrary<Step> = fc
  .tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 3 }))
  .map(([start, length]): Step => ({ kind: "slice", start, end: start + length }));

/** One to three filters, perhaps joined to another queryset, perhaps with a column under another name to filter by. */
function restrictions(model: ModelName): fc.Arbitrary<Step[]> {
  const filters = fc.array(filterStep(model), { maxLength: 3 });
  const merge = fc.record({
    kind: fc.constant("merge" as const),
    connector: fc.constantFrom("and" as const, "or" as const, "xor" as const),
    filters: fc.array(filterStep(model, 1), { minLength: 1, maxLength: 2 }),
  });
  const { columns } = pathsOf(model, 2, true);
  const named = fc
    .constantFrom(...columns.filter((path) => typeOf(model, path) === "integer"))
    .chain((path) => onAnnotation("named").map((filter): Step[] => [{ kind: "reference", name: "named", path }, filter]));
  return fc.oneof(
    { weight: 3, arbitrary: filters },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.array(filterStep(model, 1), { minLength: 1, maxLength: 2 }), merge).map(([before, step]) => [...before, step]),
    },
    { weight: 1, arbitrary: fc.tuple(filters, named, filters).map((parts): Step[] => parts.flat()) },
  );
}

const DISTINCT: Step = { kind: "distinct" };
const sometimes = (step: fc.Arbitrary<Step>): fc.Arbitrary<Step[]> => fc.option(step, { freq: 2 }).map((taken) => (taken ? [taken] : []));
const terminal = (model: ModelName, name: string | null): fc.Arbitrary<Terminal> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Terminal>({ kind: "rows" }) },
    { weight: 1, arbitrary: fc.constantFrom<Terminal[]>({ kind: "count" }, { kind: "exists" }) },
    {
      weight: 1,
      arbitrary: fc
        .record({
          name: fc.constantFrom("Count" as const, "Sum" as const, "Max" as const),
          path: fc.constantFrom(...(name === null ? [["id"], [schema[model].columns.age ? "age" : "id"]] : [[name]])),
          distinct: fc.boolean(),
        })
        .map((call): Terminal => ({ kind: "aggregate", aggregate: { ...call, filter: null } })),
    },
  );

/** A column under another name may differ between rows of one object, so the order ends in it. */
function completed(order: Step, steps: readonly Step[]): Step {
  if (order.kind !== "order" || !steps.some((step) => step.kind === "reference")) return order;
  return { kind: "order", terms: [...order.terms, { path: ["named"], descending: false }] };
}

/** Instances or values: filters, an order, perhaps distinct, perhaps a slice. */
function plain(model: ModelName): fc.Arbitrary<Description> {
  const { columns } = pathsOf(model, 2, true);
  const single = pathsOf(model, 2, false).columns;
  const filters = restrictions(model);
  return fc.oneof(
    fc.tuple(filters, orderStep(columns, [["id"]]), sometimes(fc.constant(DISTINCT)), sometimes(sliceStep), terminal(model, null)).map(
      ([conditions, order, distinct, slice, end]): Description => ({
        model,
        steps: [...conditions, completed(order, conditions), ...distinct, ...slice],
        terminal: end,
      }),
    ),
    fc
      .tuple(
        filters,
        fc.uniqueArray(fc.constantFrom(...single), { minLength: 1, maxLength: 3, selector: String }),
        sometimes(fc.constant(DISTINCT)),
        fc.boolean(),
      )
      .chain(([conditions, paths, distinct, sliced]) =>
        fc.tuple(orderStep(single, paths), sliced ? sliceStep.map((slice) => [slice]) : fc.constant([])).map(
          ([order, slice]): Description => ({
            model,
            steps: [...conditions, { kind: "values", paths }, order, ...distinct, ...slice],
            terminal: { kind: "rows" },
          }),
        ),
      ),
    fc
      .tuple(filters, fc.uniqueArray(fc.constantFrom(...columns), { minLength: 1, maxLength: 3, selector: String }))
      .map(
        ([conditions, paths]): Description => ({ model, steps: [...conditions, { kind: "values", paths }], terminal: { kind: "rows" } }),
      ),
    fc
      .tuple(filters, aggregate(model, true))
      .map(([conditions, call]): Description => ({ model, steps: conditions, terminal: { kind: "aggregate", aggregate: call } })),
  );
}

/** Two querysets put together by the database. */
function combined(model: ModelName): fc.Arbitrary<Description> {
  const filters = fc.array(filterStep(model), { maxLength: 2 });
  const combine = fc.record({
    kind: fc.constant("combine" as const),
    operator: fc.constantFrom("union" as const, "intersection" as const, "difference" as const),
    filters,
  });
  const own = Object.keys(schema[model].columns).map((name) => [name]);
  const end = fc.constantFrom<Terminal[]>({ kind: "rows" }, { kind: "rows" }, { kind: "count" }, { kind: "exists" });
  return fc
    .tuple(filters, combine, orderStep(own, [["id"]]), sometimes(sliceStep), end)
    .map(([before, step, order, slice, terminal]): Description => ({ model, steps: [...before, step, order, ...slice], terminal }));
}

/** A condition on an annotation. */
const onAnnotation = (name: string): fc.Arbitrary<Step> =>
  fc.record({
    kind: fc.constantFrom("filter" as const, "exclude" as const),
    condition: fc.record({
      kind: fc.constant("tree" as const),
      connector: fc.constantFrom("and" as const, "or" as const, "xor" as const),
      negated: fc.boolean(),
      children: fc.array(columnLeafOfAnnotation(name), { minLength: 1, maxLength: 2 }),
    }),
  });

function columnLeafOfAnnotation(name: string): fc.Arbitrary<Condition> {
  return fc.oneof(
    fc
      .tuple(fc.constantFrom<Leaf["lookup"][]>("exact", "gt", "gte", "lt", "lte"), small)
      .map(([lookup, number]): Leaf => ({ kind: "leaf", path: [name], lookup, right: fixed(number) })),
    fc.boolean().map((isNull): Leaf => ({ kind: "leaf", path: [name], lookup: "isnull", right: fixed(isNull) })),
  );
}

/** Rows with an aggregate beside them, or groups of rows. */
function annotated(model: ModelName): fc.Arbitrary<Description> {
  const single = pathsOf(model, 1, false).columns;
  const before = fc.array(filterStep(model, 1), { maxLength: 2 });
  const annotate = aggregate(model, true).map((call): Step => ({ kind: "annotate", name: "total", aggregate: call }));
  return fc.oneof(
    fc
      .tuple(
        before,
        annotate,
        sometimes(filterStep(model, 1)),
        sometimes(onAnnotation("total")),
        sometimes(sliceStep),
        terminal(model, "total"),
      )
      .chain(([filters, step, after, having, slice, end]) =>
        orderStep([["total"], ...single], [["id"]]).map(
          (order): Description => ({ model, steps: [...filters, step, ...after, ...having, order, ...slice], terminal: end }),
        ),
      ),
    fc
      .tuple(
        before,
        fc.uniqueArray(fc.constantFrom(...single), { minLength: 1, maxLength: 2, selector: String }),
        annotate,
        sometimes(onAnnotation("total")),
        sometimes(sliceStep),
        terminal(model, "total"),
      )
      .chain(([filters, paths, step, having, slice, end]) =>
        orderStep([["total"]], paths).map(
          (order): Description => ({
            model,
            steps: [...filters, { kind: "values", paths }, step, ...having, order, ...slice],
            terminal: end,
          }),
        ),
      ),
  );
}

export const description: fc.Arbitrary<Description> = fc
  .constantFrom(...modelNames)
  .chain((model) =>
    fc.oneof({ weight: 3, arbitrary: plain(model) }, { weight: 1, arbitrary: annotated(model) }, { weight: 1, arbitrary: combined(model) }),
  );
