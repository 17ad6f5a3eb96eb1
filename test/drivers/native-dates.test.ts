import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import {
  CharField,
  createTables,
  DateField,
  DateTimeField,
  Extract,
  getConnection,
  Model,
  TimeField,
  Trunc,
  TruncDate,
  TruncTime,
} from "../../src/index.js";
import { captureQueries } from "../../src/testing/index.js";
import { describeEachBackend } from "../support/backends.js";

class Moment extends Model<Moment>("native_dates.Moment")({
  note: CharField({ maxLength: 10, default: "" }),
  at: DateTimeField({ null: true }),
  precise: DateTimeField({ null: true, precision: 6 }),
  day: DateField({ null: true }),
  time: TimeField({ null: true }),
}) {}

const DATE_UNITS = ["year", "quarter", "month", "week", "day"] as const;
const TIME_UNITS = ["hour", "minute", "second"] as const;
const DATE_PARTS = ["year", "isoYear", "quarter", "month", "week", "weekDay", "isoWeekDay", "day", "dayOfYear"] as const;

/** The functions in JavaScript, by their names and the names of parts there. */
const NAMES: Readonly<Record<string, string>> = { isoYear: "iso_year", weekDay: "week_day", isoWeekDay: "iso_week_day", dayOfYear: "doy" };

const two = (number: number): string => String(number).padStart(2, "0");
const year = fc.oneof(fc.integer({ min: 1, max: 9999 }), fc.constantFrom(1, 2, 99, 100, 999, 1000, 1900, 2000, 9999));
const dateText = fc
  .tuple(year, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 31 }))
  .map(([y, m, d]) => `${String(y).padStart(4, "0")}-${two(m)}-${two(d)}`);
const timeText = fc
  .tuple(
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 59 }),
    fc.constantFrom("", "", ".5", ".000", ".120", ".999", ".9996", ".123456", ".999999", ".000000", ".9999999"),
  )
  .map(([h, m, s, fraction]) => `${two(h)}:${two(m)}:${two(s)}${fraction}`);
const zoneText = fc.constantFrom("", "", "", "Z", "+00:00", "+02:00", " -11:30");
const instantText = fc
  .tuple(dateText, fc.constantFrom(" ", " ", "T"), timeText, zoneText)
  .map(([date, between, time, zone]) => `${date}${between}${time}${zone}`);
const wild = fc.constantFrom(
  "",
  "now",
  "2026-02-30",
  "2026-1-5",
  "2026-01-05 7:05",
  "12026-01-05 00:00:00",
  "0044-03-15 12:00:00 BC",
  "2026-01-05 24:00:00",
  "24:00:00",
  "7:05",
  "07:05",
  "2460000.5",
  "1767225600",
  "2026-01-05 00:00:00.",
  "2026-01-05 00:00:00,5",
  "2026-01-05 00:00:00 x",
  "infinity",
);
const text = fc.oneof({ weight: 6, arbitrary: instantText }, { weight: 3, arbitrary: dateText }, { weight: 3, arbitrary: timeText }, wild);

describeEachBackend("dates by SQLite's own functions", { only: ["sqlite", "better-sqlite3"] }, () => {
  beforeAll(() => createTables([Moment]));

  /** What a queryset's SQL gives for a column, beside what the functions in JavaScript give. */
  async function compare(column: "at" | "day" | "time", values: readonly (string | null)[]): Promise<void> {
    const connection = getConnection("default");
    const table = "native_dates_moment";
    const kind = { at: "datetime", day: "date", time: "time" }[column];
    const pairs: [name: string, expression: ReturnType<typeof Trunc>, other: string][] = [];
    const cut = (unit: string, source: string): string => `dorm_date_trunc('${unit}', ${source}, 'UTC')`;
    for (const unit of [...(kind === "time" ? [] : DATE_UNITS), ...(kind === "date" ? [] : TIME_UNITS)])
      pairs.push([unit, Trunc(column, unit), cut(unit, column)]);
    for (const part of [...(kind === "time" ? [] : DATE_PARTS), ...(kind === "date" ? [] : TIME_UNITS)])
      pairs.push([`part ${part}`, Extract(column, part), `dorm_date_extract('${NAMES[part] ?? part}', ${column}, 'UTC')`]);
    if (kind === "datetime") {
      pairs.push(["date", TruncDate("at"), "dorm_to_date(at, 'UTC')"], ["time", TruncTime("at"), "dorm_to_time(at, 'UTC')"]);
      pairs.push(["month as a date", Trunc("at", "month", { outputField: DateField() }), cut("month", "dorm_to_date(at, 'UTC')")]);
      pairs.push(["minute as a time", Trunc("at", "minute", { outputField: TimeField() }), cut("minute", "dorm_to_time(at, 'UTC')")]);
    }
    await connection.execute(`DELETE FROM ${table}`);
    const statements = new Map<string, { readonly native: string; readonly scripted: string }>();
    for (const [name, expression, other] of pairs) {
      // the column's name is only known when it runs
      const [query] = await captureQueries(() => Moment.objects.orderBy("id").annotate({ given: expression as never }));
      expect(query?.sql).toMatch(/CASE WHEN .* IS /);
      statements.set(name, { native: query?.sql ?? "", scripted: `SELECT ${other} AS given FROM ${table} ORDER BY id` });
    }
    for (const value of values) await connection.execute(`INSERT INTO ${table} (note, ${column}) VALUES ('', ?)`, [value]);
    for (const [name, { native, scripted }] of statements) {
      const given = async (sql: string) => (await connection.execute(sql)).rows.map((row, index) => [values[index], row.given]);
      expect(await given(native), name).toEqual(await given(scripted));
    }
  }

  it("are for UTC, and for columns", async () => {
    const [madrid, twice] = await captureQueries(async () => {
      await Moment.objects.annotate({ given: Trunc("at", "day", { timeZone: "Europe/Madrid" }) });
      await Moment.objects.annotate({ given: Trunc(Trunc("at", "day"), "month") });
    });
    expect(madrid?.sql).not.toContain("CASE");
    expect(twice?.sql).toContain("dorm_date_trunc('month', CASE");
  });

  for (const column of ["at", "day", "time"] as const) {
    it(`gives for ${column} what the functions in JavaScript give, whatever the text is`, async () => {
      const lists = fc.sample(fc.array(fc.option(text, { freq: 20 }), { minLength: 400, maxLength: 400, size: "max" }), {
        numRuns: 3,
        seed: 8,
      });
      for (const values of lists)
        await compare(column, [...values, ...(column === "at" ? ["0001-01-01 00:00:00", "9999-12-31 23:59:59.999"] : [])]);
    });
  }
});
