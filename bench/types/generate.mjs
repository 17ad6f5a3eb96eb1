/**
 * Writes a schema of many models with cycles, reverse and many-to-many relations, and queries with paths of several
 * steps. Deterministic: the same arguments give the same text.
 */

/** Twelve columns of mixed kinds, in a turn of their own for each model. */
const COLUMNS = [
  "name: CharField({ maxLength: 100 })",
  "code: CharField({ maxLength: 10, unique: true })",
  'level: CharField({ maxLength: 5, choices: ["gold", "tin"], default: "tin" })',
  "count: IntegerField({ default: 0 })",
  "total: BigIntegerField({ null: true })",
  "price: DecimalField({ maxDigits: 10, decimalPlaces: 2 })",
  "active: BooleanField({ default: true })",
  "created: DateTimeField({ autoNowAdd: true })",
  "ended: DateTimeField({ null: true })",
  "born: DateField({ null: true })",
  "data: JSONField()",
  "note: TextField({ null: true })",
];
const FACTORIES = [
  "BigIntegerField",
  "BooleanField",
  "CASCADE",
  "CharField",
  "DateField",
  "DateTimeField",
  "DecimalField",
  "ForeignKey",
  "IntegerField",
  "JSONField",
  "ManyToManyField",
  "Model",
  "OneToOneField",
  "ReverseRelation",
  "TextField",
];

/**
 * The models: each has a parent (in a cycle), an owner, itself as `peer`, tags, and the reverse sides of these.
 *
 * @param {number} count - how many
 * @param {string} library - the module that the factories come from
 * @returns {string} TypeScript
 */
export function schema(count, library) {
  const lines = [`import { ${FACTORIES.join(", ")} } from ${JSON.stringify(library)};`];
  for (let index = 0; index < count; index += 1) {
    const at = (offset) => `Model${(index + offset + count) % count}`;
    lines.push(
      `export class Model${index} extends Model<Model${index}>("bench.Model${index}")({`,
      ...COLUMNS.map((column) => `  ${column},`),
      `  get parent() { return ForeignKey(() => ${at(1)}, { onDelete: CASCADE }); },`,
      `  get owner() { return ForeignKey(() => ${at(7)}, { onDelete: CASCADE, null: true }); },`,
      `  get peer() { return ForeignKey(() => Model${index}, { onDelete: CASCADE, null: true }); },`,
      `  get twin() { return OneToOneField(() => ${at(13)}, { onDelete: CASCADE, null: true }); },`,
      `  get tags() { return ManyToManyField(() => ${at(3)}); },`,
      `  get children() { return ReverseRelation(() => ${at(-1)}, "parent"); },`,
      `  get owned() { return ReverseRelation(() => ${at(-7)}, "owner"); },`,
      `  get tagged() { return ReverseRelation(() => ${at(-3)}, "tags"); },`,
      `  get counterpart() { return ReverseRelation(() => ${at(-13)}, "twin"); },`,
      `}, { ordering: ["name", "-created"] }) {`,
      `  get label() { return this.name + this.code; }`,
      `}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

const QUERIES = [
  (model) => `${model}.objects.filter({ parent__owner__parent__name__icontains: "x", count__gte: 3, owner__isnull: true })`,
  (model) => `${model}.objects.filter({ children__tags__created__year__gte: 2020, price__lt: "9.99" }).exclude({ tagged__level: "gold" })`,
  (model) =>
    `${model}.objects.filter({ parent__parent__parent__parent__code__in: ["a", "b"], twin__ended__isnull: false }).orderBy("-parent__name", "id")`,
  (model) =>
    `${model}.objects.filter({ owned__peer__data__a__b: 3, counterpart__born__month: 2, total__range: [1, 2n] }).values("name", "parent__owner__name")`,
  (model) =>
    `${model}.objects.filter({ owner__tags__children__active: true, note__startswith: "x" }).selectRelated("parent__owner").first()`,
  (model) =>
    `${model}.objects.annotate({ n: Count("children"), s: Sum("owned__price") }).filter({ n__gt: 1, tags__peer__parent__count: F("count") })`,
];

/**
 * The queries, each on another model.
 *
 * @param {number} lines - how many
 * @param {number} count - the number of models
 * @param {string} library - the module that the expressions come from
 * @returns {string} TypeScript
 */
export function queries(lines, count, library) {
  const step = Math.max(1, Math.floor(count / lines));
  const used = Array.from({ length: lines }, (_, line) => `Model${(line * step) % count}`);
  return [
    `import { Count, F, Sum } from ${JSON.stringify(library)};`,
    `import { ${[...new Set(used)].join(", ")} } from "./schema.js";`,
    "export async function run(): Promise<void> {",
    ...used.map((model, line) => `  await ${QUERIES[line % QUERIES.length](model)};`),
    "}",
    "",
  ].join("\n");
}
