/**
 * What it costs to make SQL of a query of three joins, without running it: the first time (no plan in the cache), and
 * again with other values.
 *
 *     npm run bench:planning
 */
import { CASCADE, CharField, clearPlanCache, ForeignKey, IntegerField, Model } from "dorm";
import { sqliteDialect } from "../dist/dialects/sqlite/index.js";
import { QUERYSET } from "../dist/query/embed.js";
import { planFor } from "../dist/query/fetch-rows.js";
import { planSelect } from "../dist/query/plan.js";
import { bindParameters } from "../dist/sql/parameters.js";

class Publisher extends Model("bench.Publisher")({ name: CharField({ maxLength: 50 }) }) {}
class Author extends Model("bench.Author")({
  name: CharField({ maxLength: 50 }),
  age: IntegerField(),
  publisher: ForeignKey(() => Publisher, { onDelete: CASCADE }),
}) {}
class Book extends Model("bench.Book")({
  title: CharField({ maxLength: 50 }),
  pages: IntegerField(),
  author: ForeignKey(() => Author, { onDelete: CASCADE }),
}) {}
class Review extends Model("bench.Review")({
  text: CharField({ maxLength: 50 }),
  book: ForeignKey(() => Book, { onDelete: CASCADE }),
}) {}

/** Describes the query, finds or makes its plan, and binds its values: all but sending it. */
function plan(pages) {
  const { shape, query, values } = Review.objects
    .filter({ book__author__publisher__name__icontains: "press", book__pages__gte: pages })
    .exclude({ book__author__age: 5 })
    .orderBy("-book__title")[QUERYSET];
  const { binders } = planFor(shape, sqliteDialect, "select", () => planSelect(query, sqliteDialect));
  return bindParameters(binders, values);
}

function median(turns, prepare) {
  const times = [];
  for (let turn = 0; turn < turns; turn++) {
    prepare?.();
    const started = process.hrtime.bigint();
    plan(turn);
    times.push(Number(process.hrtime.bigint() - started) / 1000);
  }
  return times.sort((a, b) => a - b)[turns >> 1];
}

median(3000, clearPlanCache);
const uncached = median(5000, clearPlanCache);
median(20_000);
const cached = median(50_000);
console.log(`planning a query of three joins: ${uncached.toFixed(1)} µs uncached, ${cached.toFixed(2)} µs cached`);
