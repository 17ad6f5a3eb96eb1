import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  Avg,
  CharField,
  Count,
  CumeDist,
  createTables,
  DateField,
  DenseRank,
  dropTables,
  F,
  FirstValue,
  ImproperlyConfigured,
  IntegerField,
  Lag,
  LastValue,
  Lead,
  Max,
  Model,
  NthValue,
  Ntile,
  PercentRank,
  Q,
  QueryError,
  Rank,
  RowNumber,
  RowRange,
  Sum,
  Upper,
  Value,
  ValueRange,
  Variance,
  Window,
} from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";

class Score extends Model<Score>("windows.Score")(
  { team: CharField({ maxLength: 5 }), points: IntegerField({ null: true }), day: DateField() },
  { ordering: ["day"] },
) {}

/** The values of one window, in the order of days. */
async function over(window: unknown): Promise<unknown[]> {
  const rows: unknown = await Score.objects
    .annotate({ value: window } as never)
    .orderBy("day")
    .valuesList("value", { flat: true });
  return [...(rows as readonly unknown[])];
}

describeEachBackend("windows", () => {
  beforeAll(async () => {
    await dropTables([Score]);
    await createTables([Score]);
    const rows = [
      ["x", 10],
      ["x", 20],
      ["y", 20],
      ["x", 30],
      ["y", null],
    ] as const;
    await Score.objects.bulkCreate(rows.map(([team, points], index) => new Score({ team, points, day: `2026-01-0${index + 1}` })));
  });
  afterAll(() => dropTables([Score]));

  it("number rows", async () => {
    const first = F("points").asc({ nullsFirst: true });
    expect(await over(Window(RowNumber(), { orderBy: "-day" }))).toEqual([5, 4, 3, 2, 1]);
    expect(await over(Window(RowNumber(), { partitionBy: "team", orderBy: "day" }))).toEqual([1, 2, 1, 3, 2]);
    expect(await over(Window(Rank(), { orderBy: first }))).toEqual([2, 3, 3, 5, 1]);
    expect(await over(Window(DenseRank(), { orderBy: first }))).toEqual([2, 3, 3, 4, 1]);
    expect(await over(Window(Ntile(2), { orderBy: "day" }))).toEqual([1, 1, 1, 2, 2]);
    expect(await over(Window(PercentRank(), { orderBy: first }))).toEqual([0.25, 0.5, 0.5, 1, 0]);
    expect(await over(Window(CumeDist(), { orderBy: first }))).toEqual([0.4, 0.8, 0.8, 1, 0.2]);
  });
  it("look at other rows", async () => {
    expect(await over(Window(Lag("points"), { orderBy: "day" }))).toEqual([null, 10, 20, 20, 30]);
    expect(await over(Window(Lag("points", { offset: 2, default: Value(0) }), { orderBy: "day" }))).toEqual([0, 0, 10, 20, 20]);
    expect(await over(Window(Lead("points"), { partitionBy: "team", orderBy: "day" }))).toEqual([20, 30, null, null, null]);
    expect(await over(Window(FirstValue("team"), { orderBy: "-day" }))).toEqual(["y", "y", "y", "y", "y"]);
    expect(await over(Window(LastValue("points"), { orderBy: "day", frame: RowRange({ start: null, end: null }) }))).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(await over(Window(NthValue("points", { nth: 2 }), { orderBy: "day" }))).toEqual([null, 20, 20, 20, 20]);
  });
  it("aggregate over frames", async () => {
    expect(await over(Window(Sum("points"), { orderBy: "day" }))).toEqual([10, 30, 50, 80, 80]);
    expect(await over(Window(Count("*"), { partitionBy: ["team"] }))).toEqual([3, 3, 2, 3, 2]);
    expect(await over(Window(Sum("points"), { orderBy: "day", frame: RowRange({ start: -1, end: 1 }) }))).toEqual([30, 50, 70, 50, 30]);
    expect(await over(Window(Max("points"), { orderBy: "day", frame: RowRange({ start: 1 }) }))).toEqual([30, 30, 30, null, null]);
    expect(await over(Window(Sum("points"), { orderBy: "day", frame: RowRange({ start: -1, end: 1, exclusion: "currentRow" }) }))).toEqual([
      20, 30, 50, 20, 30,
    ]);
    expect(await over(Window(Count("*"), { orderBy: "team", frame: ValueRange({ end: 0 }) }))).toEqual([3, 3, 5, 3, 5]);
    expect(await over(Window(Sum("points", { filter: Q({ points__gt: 10 }), default: 0 }), { orderBy: "day" }))).toEqual([
      0, 20, 40, 70, 70,
    ]);
    expect(await over(Window(Avg("points"), { partitionBy: "team" }))).toEqual([20, 20, 20, 20, 20]);
    const spread = await over(Window(Variance("points"), { orderBy: "day", frame: RowRange({ start: -1, end: 0 }) }));
    expect(spread.map(Number)).toEqual([0, 25, 0, 25, 0]);
  });
  it("I16: an order with parameters binds them", async () => {
    expect(await over(Window(RowNumber(), { partitionBy: F("points").mod(Value(20)), orderBy: [F("points").mul(-1), "day"] }))).toEqual([
      2, 1, 2, 1, 1,
    ]);
  });
  it("are parts of expressions", async () => {
    expect(
      await over(
        F("points")
          .mul(Value(100))
          .div(Window(Sum("points"))),
      ),
    ).toEqual([12, 25, 25, 37, null]);
  });
  it("I15: filtering by one puts the query into another", async () => {
    const ranked = Score.objects.annotate({ place: Window(RowNumber(), { partitionBy: "team", orderBy: "-day" }) });
    expect((await ranked.filter({ place: 1 }).orderBy("team")).map((score) => [score.team, score.place])).toEqual([
      ["x", 1],
      ["y", 1],
    ]);
    expect(await ranked.filter({ place__gt: 1 }).count()).toBe(3);
    expect(await ranked.filter(Q({ place: 1 }).or(Q({ points: 10 }))).count()).toBe(3);
    expect(await ranked.filter({ place: 1, team: "y" }).valuesList("day", { flat: true })).toEqual(["2026-01-05"]);
    expect(await ranked.filter({ place: 1 }).aggregate({ total: Sum("points") })).toEqual({ total: 30 });
    expect(await ranked.filter({ place: 1 }).exists()).toBe(true);
  });

  describe("refuse", () => {
    it("I15: a rank without an order", () => {
      for (const rank of [RowNumber, Rank, DenseRank, PercentRank, CumeDist, Ntile])
        expect(() => Window(rank())).toThrow(ImproperlyConfigured);
    });
    it("what is no function of a window", () => {
      expect(() => Window(Upper("team"))).toThrow(QueryError);
      expect(() => Window(Sum("points"), { frame: "ROWS" as never })).toThrow(QueryError);
    });
    it("a function of a window outside of one", () => {
      expect(() => Score.objects.annotate({ n: RowNumber() })).toThrow(/computed over a window/);
    });
    it("numbers that cannot be", () => {
      expect(() => Ntile(0)).toThrow(QueryError);
      expect(() => NthValue("points", { nth: 0 })).toThrow(QueryError);
      expect(() => Lag("points", { offset: -1 })).toThrow(QueryError);
      expect(() => RowRange({ start: 2, end: 1 })).toThrow(QueryError);
      expect(() => RowRange({ start: "1); --" as never })).toThrow(QueryError);
      expect(() => RowRange({ exclusion: "all" as never })).toThrow(QueryError);
    });
  });
});
