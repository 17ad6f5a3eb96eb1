import type { Expansion } from "../../sql/dialect.js";
import { fragment } from "../../sql/fragment.js";
import { type CallNode, type Node, outputOf } from "../../sql/nodes.js";
import { pathOf } from "../json-path.js";
import { quoteText } from "../quoting.js";
import { codecFor } from "./codecs.js";
import { nativeExtraction, nativeTruncation } from "./native-dates.js";

/** The part's name in `dorm_date_extract`. */
const PARTS: Readonly<Record<string, string>> = {
  isoYear: "iso_year",
  weekDay: "week_day",
  isoWeekDay: "iso_week_day",
  dayOfYear: "doy",
};

/** Microseconds of each unit of a duration, and of the one around it. */
const DURATION_UNITS: Readonly<Record<string, readonly [unit: number, around: number]>> = {
  day: [86_400_000_000, 0],
  hour: [3_600_000_000, 86_400_000_000],
  minute: [60_000_000, 3_600_000_000],
  second: [1_000_000, 60_000_000],
};

function argumentsOf(node: CallNode): readonly [Node, Node, Node] {
  const nothing: Node = { kind: "constant", value: null, output: null };
  const [first = nothing, second = nothing, third = nothing] = node.args;
  return [first, second, third];
}

const extract: Expansion = (node) => {
  const [source] = argumentsOf(node);
  const { part, timeZone, from } = node.options ?? {};
  const name = String(part);
  if (from === "duration") {
    if (name === "epoch") return fragment(node.output)`(${source} / 1000000.0)`;
    const [unit, around] = DURATION_UNITS[name] ?? [1, 0];
    return around === 0
      ? fragment(node.output)`(${source} / ${String(unit)})`
      : fragment(node.output)`(${source} % ${String(around)} / ${String(unit)})`;
  }
  const extracted = fragment(node.output)`dorm_date_extract(${quoteText(PARTS[name] ?? name)}, ${source}, ${quoteText(String(timeZone))})`;
  return nativeExtraction(node, extracted);
};

const truncate: Expansion = (node) => {
  const [source] = argumentsOf(node);
  const { unit, timeZone, from, to } = node.options ?? {};
  const zone = quoteText(String(timeZone));
  const converted =
    from === to
      ? source
      : to === "date"
        ? fragment(null)`dorm_to_date(${source}, ${zone})`
        : fragment(null)`dorm_to_time(${source}, ${zone})`;
  if (unit === "date" || unit === "time") return nativeTruncation(node, converted);
  const inner = from === to ? zone : quoteText("UTC");
  return nativeTruncation(node, fragment(node.output)`dorm_date_trunc(${quoteText(String(unit))}, ${converted}, ${inner})`);
};

/** `$.a.b[0]`: numbers are places in lists, everything else a key. */
function jsonPath(node: CallNode): string {
  return quoteText(
    `$${pathOf(node)
      .map((name) => (/^\d+$/.test(name) ? `[${name}]` : `.${JSON.stringify(name)}`))
      .join("")}`,
  );
}

/** What JSON_TYPE calls the types of a comparison. */
const JSON_TYPES: Readonly<Record<string, string>> = { number: "('integer', 'real')", string: "('text')" };

const jsonCompare: Expansion = (node) => {
  const [source, value] = argumentsOf(node);
  const path = jsonPath(node);
  const { operator, type } = node.options ?? {};
  const types = JSON_TYPES[String(type)];
  if (types) {
    return fragment(
      node.output,
    )`(JSON_TYPE(${source}, ${path}) IN ${types} AND JSON_EXTRACT(${source}, ${path}) ${String(operator)} JSON_EXTRACT(${value}, '$'))`;
  }
  if (type === "null") return fragment(node.output)`JSON_TYPE(${source}, ${path}) = 'null'`;
  if (type === "any") return fragment(node.output)`JSON_EXTRACT(${source}, ${path}) ${String(operator)} JSON_EXTRACT(${value}, '$')`;
  if (type === "column") return fragment(node.output)`JSON_EXTRACT(${source}, ${path}) ${String(operator)} ${value}`;
  return fragment(node.output)`(${source} -> ${path}) ${String(operator)} ${value}`;
};

/** Objects in a JSON object stay objects, and booleans are its own. */
function jsonMember(value: Node): Node {
  switch (outputOf(value)?.storage.kind) {
    case "json":
    case "hstore":
      return fragment(null)`JSON(${value})`;
    case "boolean":
      return fragment(null)`JSON(CASE ${value} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)`;
    default:
      return value;
  }
}

const jsonObject: Expansion = (node) => {
  const keys = (node.options?.keys ?? []) as readonly string[]; // JSONObject gives the names of its members
  const members = node.args.flatMap((arg, index) => [
    index === 0 ? "" : ", ",
    quoteText(keys[index] ?? ""),
    ", ",
    jsonMember(conditionValue(arg)),
  ]);
  return { kind: "raw", parts: ["JSON_OBJECT(", ...members, ")"], output: node.output };
};

/** A condition among values needs parentheses of its own. */
function conditionValue(node: Node): Node {
  return "output" in node || node.kind === "tuple"
    ? node
    : { kind: "raw", parts: ["(", node, ")"], output: { storage: { kind: "boolean" } } };
}

/** What stands more than once, or in another order, in SQLite's text. */
export const sqliteExpansions: Readonly<Record<string, Expansion>> = {
  RIGHT: (node) => {
    const [text, length] = argumentsOf(node);
    return fragment(node.output)`SUBSTR(${text}, -${length}, ${length})`;
  },
  GREATEST: (node) => ({ ...node, name: "MAX", args: node.args.map(comparable) }),
  LEAST: (node) => ({ ...node, name: "MIN", args: node.args.map(comparable) }),
  EXTRACT: extract,
  TRUNC: truncate,
  temporal_shift: (node) => {
    const [moment, duration] = argumentsOf(node);
    const shifted = fragment(node.output)`dorm_date_add(${moment}, ${node.options?.operator === "-" ? "-" : ""}${duration})`;
    return shifted;
  },
  temporal_difference: (node) => {
    const [later, earlier] = argumentsOf(node);
    return fragment(node.output)`dorm_date_diff(${later}, ${earlier})`;
  },
  json_path: (node) => {
    const [source] = argumentsOf(node);
    return fragment(node.output)`(${source} -> ${jsonPath(node)})`;
  },
  json_text: (node) => {
    const [source] = argumentsOf(node);
    return fragment(node.output)`JSON_EXTRACT(${source}, ${jsonPath(node)})`;
  },
  json_compare: jsonCompare,
  json_has_key: (node) => {
    const [source, key] = argumentsOf(node);
    return fragment(node.output)`JSON_TYPE(${source}, ${jsonPath(node)} || '.' || JSON_QUOTE(${key})) IS NOT NULL`;
  },
  json_has_keys: (node) => {
    const [source, keys] = argumentsOf(node);
    const any = node.options?.any === true;
    return fragment(
      node.output,
    )`${any ? "" : "NOT "}EXISTS (SELECT 1 FROM JSON_EACH(${keys}) WHERE JSON_TYPE(${source}, ${jsonPath(node)} || '.' || JSON_QUOTE(value)) IS ${any ? "NOT " : ""}NULL)`;
  },
  JSON_OBJECT: jsonObject,
};

/** Long decimals are held as text, and members of JSON selected as JSON: neither has the order of its values. */
export function comparable(node: Node): Node {
  if (node.kind === "call" && node.name === "json_path") return { ...node, name: "json_text" };
  if (node.kind === "selected") {
    const inner = comparable(node.of);
    return inner === node.of ? node : inner;
  }
  if (!("output" in node) || node.output === null || node.output.storage.kind !== "decimal") return node;
  const { orderType } = codecFor(node.output.storage);
  return orderType === undefined ? node : fragment(node.output)`CAST(${node} AS ${orderType})`;
}
