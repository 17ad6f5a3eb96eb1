import { NotSupportedError } from "../../errors.js";
import type { Expansion, FunctionTemplate } from "../../sql/dialect.js";
import { fragment } from "../../sql/fragment.js";
import type { CallNode, Node } from "../../sql/nodes.js";

/** Sessions run in UTC, and the zones of the server's own tables are not there on every server. */
function requireUtc({ options }: CallNode): void {
  if (options?.from !== "datetime" || options.timeZone === "UTC") return;
  throw new NotSupportedError(
    `MariaDB and MySQL compute with dates in UTC only here yet, and not in ${String(options.timeZone)}. Use SQLite or PostgreSQL for other zones.`,
    { vendor: "mysql" },
  );
}

const PARTS: Readonly<Record<string, (source: string) => string>> = {
  week: (source) => `WEEK(${source}, 3)`,
  weekDay: (source) => `DAYOFWEEK(${source})`,
  isoWeekDay: (source) => `(WEEKDAY(${source}) + 1)`,
  isoYear: (source) => `(YEARWEEK(${source}, 3) DIV 100)`,
  dayOfYear: (source) => `DAYOFYEAR(${source})`,
  day: (source) => `DAYOFMONTH(${source})`,
  epoch: (source) => `(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', ${source}) / 1000000)`,
};

/** Microseconds of each part of a duration, and of the part around it. */
const DURATION_PARTS: Readonly<Record<string, readonly [unit: number, around: number]>> = {
  day: [86_400_000_000, 0],
  hour: [3_600_000_000, 86_400_000_000],
  minute: [60_000_000, 3_600_000_000],
  second: [1_000_000, 60_000_000],
};

const extract: FunctionTemplate = ([source = ""], node) => {
  requireUtc(node);
  const part = String(node.options?.part);
  if (node.options?.from !== "duration") return PARTS[part]?.(source) ?? `${part.toUpperCase()}(${source})`;
  if (part === "epoch") return `(${source} / 1000000)`;
  const [unit, around] = DURATION_PARTS[part] ?? [1, 0];
  return around === 0 ? `(${source} DIV ${unit})` : `((${source} % ${around}) DIV ${unit})`;
};

/** What stays of a moment that is cut to a unit. */
const FORMATS: Readonly<Record<string, string>> = {
  year: "%Y-01-01",
  month: "%Y-%m-01",
  day: "%Y-%m-%d",
  hour: "%Y-%m-%d %H:00:00",
  minute: "%Y-%m-%d %H:%i:00",
  second: "%Y-%m-%d %H:%i:%s",
};

const TYPES: Readonly<Record<string, string>> = { datetime: "DATETIME(3)", date: "DATE", time: "TIME(6)" };

const truncate: Expansion = (node) => {
  requireUtc(node);
  const [source = NOTHING] = node.args;
  const { unit, from, to } = node.options ?? {};
  const type = TYPES[String(to)] ?? "DATETIME(3)";
  const give = fragment(node.output);
  switch (unit) {
    case "date":
    case "time":
      return give`CAST(${source} AS ${TYPES[unit] ?? type})`;
    case "quarter":
      return give`CAST(MAKEDATE(YEAR(${source}), 1) + INTERVAL (QUARTER(${source}) - 1) QUARTER AS ${type})`;
    case "week":
      return give`CAST(CAST(${source} AS DATE) - INTERVAL WEEKDAY(${source}) DAY AS ${type})`;
    default: {
      const format = FORMATS[String(unit)] ?? "%Y-%m-%d %H:%i:%s";
      return give`CAST(DATE_FORMAT(${source}, '${from === "time" ? format.replace("%Y-%m-%d ", "") : format}') AS ${type})`;
    }
  }
};

const NOTHING: Node = { kind: "constant", value: null, output: null };

/** Functions of dates, times, instants and durations whose arguments stand once each and in their order. */
export const dateFunctions: Readonly<Record<string, FunctionTemplate>> = {
  // As on PostgreSQL: when the statement began.
  NOW: () => "NOW(3)",
  EXTRACT: extract,
  temporal_shift: ([moment = "", duration = ""], { options = {} }) => {
    const interval = `${options.operator === "-" ? "-" : "+"} INTERVAL ${duration} MICROSECOND`;
    if (options.kind !== "time") return `(CAST(${moment} AS DATETIME(6)) ${interval})`;
    // A time of day goes on at midnight, where the type itself counts hours beyond 24.
    return `CAST(TIMESTAMP('2000-01-02', ${moment}) ${interval} AS TIME(6))`;
  },
};

export const mysqlExpansions: Readonly<Record<string, Expansion>> = {
  TRUNC: truncate,
  temporal_difference: (node) => {
    const [later = NOTHING, earlier = NOTHING] = node.args;
    return fragment(node.output)`TIMESTAMPDIFF(MICROSECOND, ${earlier}, ${later})`;
  },
};
