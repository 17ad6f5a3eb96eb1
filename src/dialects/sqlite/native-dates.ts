import { fragment } from "../../sql/fragment.js";
import type { CallNode, Node } from "../../sql/nodes.js";

/**
 * Parts of dates by SQLite's own functions, which take a tenth of the time of functions in JavaScript. They serve a
 * column whose text has the form that dorm writes, where no zone other than UTC is asked for; each text of another form
 * goes on to the functions in JavaScript.
 */

/** Where a column's text has the form of its kind; IS, so that null is null. */
const FORMS: Readonly<Record<string, (column: Node) => Node>> = {
  date: (column) => fragment(null)`${column} IS DATE(${column})`,
  time: (column) => fragment(null)`SUBSTR(${column}, 1, 8) IS TIME(${column}) AND ${withinDay(column, 1)}`,
  datetime: (column) => fragment(null)`SUBSTR(${column}, 1, 19) IS DATETIME(${column}) AND ${withinDay(column, 12)}`,
};

/** The end of the day, 24:00:00, is a time to some versions of SQLite. */
function withinDay(column: Node, timeAt: number): Node {
  return fragment(null)`SUBSTR(${column}, ${String(timeAt)}, 2) IS NOT '24'`;
}

/** The Thursday of the week, whose year is the week's year (ISO 8601). */
const thursday = (column: Node): Node => fragment(null)`DATE(${column}, '-3 days', 'weekday 4')`;

const digits = (column: Node, first: number, count: number): Node =>
  fragment(null)`CAST(SUBSTR(${column}, ${String(first)}, ${String(count)}) AS INTEGER)`;

const dayNumber = (column: Node): Node => fragment(null)`CAST(STRFTIME('%w', ${column}) AS INTEGER)`;

/** A part of a date, or of the date of an instant. */
const DATE_PARTS: Readonly<Record<string, (column: Node) => Node>> = {
  year: (column) => digits(column, 1, 4),
  isoYear: (column) => fragment(null)`CAST(STRFTIME('%Y', ${thursday(column)}) AS INTEGER)`,
  quarter: (column) => fragment(null)`(${digits(column, 6, 2)} + 2) / 3`,
  month: (column) => digits(column, 6, 2),
  week: (column) => fragment(null)`(CAST(STRFTIME('%j', ${thursday(column)}) AS INTEGER) - 1) / 7 + 1`,
  day: (column) => digits(column, 9, 2),
  weekDay: (column) => fragment(null)`${dayNumber(column)} + 1`,
  isoWeekDay: (column) => fragment(null)`(${dayNumber(column)} + 6) % 7 + 1`,
  dayOfYear: (column) => fragment(null)`CAST(STRFTIME('%j', ${column}) AS INTEGER)`,
};

/** Where the parts of a time begin in the text of a time. */
const TIME_PARTS: Readonly<Record<string, number>> = { hour: 1, minute: 4, second: 7 };

const DATE_STARTS: Readonly<Record<string, (column: Node) => Node>> = {
  year: (column) => fragment(null)`SUBSTR(${column}, 1, 4) || '-01-01'`,
  quarter: (column) =>
    fragment(null)`SUBSTR(${column}, 1, 5) || SUBSTR('010101040404070707101010', ${digits(column, 6, 2)} * 2 - 1, 2) || '-01'`,
  month: (column) => fragment(null)`SUBSTR(${column}, 1, 7) || '-01'`,
  week: (column) => fragment(null)`DATE(${column}, '-6 days', 'weekday 1')`,
  day: (column) => fragment(null)`SUBSTR(${column}, 1, 10)`,
  date: (column) => fragment(null)`SUBSTR(${column}, 1, 10)`,
};

/** How much of the text of a time stays, and what stands in place of the rest. */
const TIME_STARTS: Readonly<Record<string, readonly [kept: number, rest: string]>> = {
  hour: [2, " || ':00:00'"],
  minute: [5, " || ':00'"],
  second: [8, ""],
};

/** Where the time begins in the text of an instant, counted from that of a time. */
const TIME_OFFSET = 11;

interface Source {
  readonly column: Node;
  readonly form: Node;
  /** Where the text of the time begins, less one. */
  readonly timeAt: number;
}

/** The column that a call reads, where its text can be taken as it stands. */
function sourceOf({ args, options = {} }: CallNode): Source | null {
  const [column] = args;
  const from = String(options.from);
  const form = FORMS[from];
  // anything else than a column would be worked out several times
  if (column?.kind !== "column" || form === undefined || (from === "datetime" && options.timeZone !== "UTC")) return null;
  return { column, form: form(column), timeAt: from === "datetime" ? TIME_OFFSET : 0 };
}

function either(node: CallNode, form: Node, native: Node, other: Node): Node {
  return fragment(node.output)`CASE WHEN ${form} THEN ${native} ELSE ${other} END`;
}

/**
 * EXTRACT by functions of SQLite.
 *
 * @param other - what serves texts of other forms
 * @returns `other` where they do not serve at all
 */
export function nativeExtraction(node: CallNode, other: Node): Node {
  const source = sourceOf(node);
  if (source === null) return other;
  const { column, form, timeAt } = source;
  const part = String(node.options?.part);
  const ofDate = DATE_PARTS[part];
  if (ofDate !== undefined) return either(node, form, ofDate(column), other);
  const first = TIME_PARTS[part];
  return first === undefined ? other : either(node, form, digits(column, timeAt + first, 2), other);
}

/** TRUNC by functions of SQLite, as {@link nativeExtraction}. */
export function nativeTruncation(node: CallNode, other: Node): Node {
  const source = sourceOf(node);
  if (source === null) return other;
  const { column, form, timeAt } = source;
  const { unit, from, to } = node.options ?? {};
  const ofDate = DATE_STARTS[String(unit)];
  if (ofDate !== undefined) {
    if (to === "time") return other;
    const start = ofDate(column);
    return either(node, form, to === "datetime" ? fragment(null)`${start} || ' 00:00:00'` : start, other);
  }
  if (unit === "time") return from === "datetime" ? either(node, plainFraction(column, form), wholeTime(column), other) : other;
  const ofTime = TIME_STARTS[String(unit)];
  if (ofTime === undefined || to === "date") return other;
  const [kept, rest] = ofTime;
  const [first, length] = to === "datetime" ? [1, timeAt + kept] : [timeAt + 1, kept];
  return either(node, form, fragment(null)`SUBSTR(${column}, ${String(first)}, ${String(length)})${rest}`, other);
}

/** An instant whose fraction is in its one form: none, or three digits. */
function plainFraction(column: Node, form: Node): Node {
  return fragment(
    null,
  )`${form} AND (LENGTH(${column}) = 19 OR SUBSTR(${column}, 20) GLOB '.[0-9][0-9][0-9]' AND SUBSTR(${column}, 20) <> '.000')`;
}

function wholeTime(column: Node): Node {
  return fragment(null)`SUBSTR(${column}, ${String(TIME_OFFSET + 1)})`;
}
