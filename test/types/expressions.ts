import type { Decimal } from "decimal.js";
import * as d from "../../src/index.js";
import { exactly } from "./equal.js";
import { Author, Book, Sample } from "./schema.js";

const { F, Q, Value, Count, Sum, Avg, Min, Max, Case, When } = d;

export async function arithmetic(): Promise<void> {
  const row = (await Sample.objects
    .annotate({
      sum: F("whole").add(1).mul(F("whole")),
      money: F("price").mul(2).sub(F("whole")),
      large: F("big").add(1),
      later: F("at").add(d.Duration({ days: 1 })),
      lapse: F("at").sub(F("ended")),
      power: F("whole").pow(2).mod(3).neg(),
      bits: F("whole").bitAnd(1).bitOr(2).bitXor(3).bitLeftShift(1).bitRightShift(1),
      maybe: F("ended").add(1000),
    })
    .first())!;
  exactly<number>()(row.sum);
  exactly<Decimal>()(row.money);
  exactly<bigint>()(row.large);
  exactly<Date>()(row.later);
  exactly<number | null>()(row.lapse);
  exactly<number>()(row.power);
  exactly<number>()(row.bits);
  exactly<Date | null>()(row.maybe);
  // @ts-expect-error no such field on the right
  Sample.objects.annotate({ x: F("whole").add(F("nope")) });
  // @ts-expect-error no such field on the left
  Sample.objects.annotate({ x: F("nope").add(F("whole")) });
  // @ts-expect-error not a value
  F("whole").add({});
}

export async function aggregates(): Promise<void> {
  exactly<{
    rows: number;
    n: number;
    sum: number | null;
    money: Decimal | null;
    mean: number | null;
    low: Date | null;
    safe: number;
    sd: number | null;
    spread: Decimal | null;
    cheap: Decimal;
  }>()(
    await Sample.objects.aggregate({
      rows: Count("*"),
      n: Count("text", { distinct: true, filter: Q({ whole__gt: 3 }) }),
      sum: Sum(F("whole").mul(2)),
      money: Sum("price"),
      mean: Avg("whole"),
      low: Min("ended"),
      safe: Sum("whole", { default: 0 }),
      sd: d.StdDev("whole", { sample: true }),
      spread: d.Variance("price"),
      cheap: Max("price", { default: 0 }),
    }),
  );
  exactly<{
    v: number | null;
    s: string | null;
    l: (string | null)[] | null;
    j: number[] | null;
    and: boolean | null;
    or: boolean;
    bits: number | null;
    mode: string | null;
    half: number | null;
    disc: Date | null;
  }>()(
    await Author.objects.aggregate({
      v: d.Variance("age"),
      s: d.StringAgg("name", ", ", { orderBy: "-age" }),
      l: d.ArrayAgg("bio", { distinct: true, orderBy: ["name", F("age").desc()] }),
      j: d.JSONBAgg("age"),
      and: d.BoolAnd(Q({ age__gt: 3 })),
      or: d.BoolOr("books__published", { default: false }),
      bits: d.BitAnd("age"),
      mode: d.Mode("name"),
      half: d.PercentileCont("age", 0.5),
      disc: d.PercentileDisc("joined", 0.5),
    }),
  );
  await Author.objects.aggregate({ a: d.BitOr("age"), b: d.BitXor("age") });
  // @ts-expect-error no such field
  await Author.objects.aggregate({ x: Sum("nope") });
  // @ts-expect-error no such field behind
  await Author.objects.aggregate({ x: Avg("books__nope") });
  // @ts-expect-error no such field to order by
  await Author.objects.aggregate({ x: d.StringAgg("name", ",", { orderBy: "-nope" }) });
  // @ts-expect-error a wrong value in the filter
  await Author.objects.aggregate({ x: Count("*", { filter: Q({ age: "3" }) }) });
  // @ts-expect-error no such option
  Count("*", { unique: true });
}

export async function conditional(): Promise<void> {
  const row = (await Author.objects
    .annotate({
      group: Case(When({ age__lt: 18 }, { then: Value("minor") }), { default: Value("adult") }),
      open: Case(When({ age__lt: 18 }, { then: 1 }), When(Q({ age__gt: 65 }), { then: "age" })),
      other: Case(When(Q({ age: 3 }).or(Q({ age: 4 })), { then: "bio" }), { default: "name" }),
      typed: Case(When({ age: 3 }, { then: 1 }), { default: 0, outputField: d.DecimalField() }),
      busy: d.Exists(Book.objects.filter({ author: d.OuterRef("pk") })),
      idle: d.Exists(Book.objects.all()).not(),
      pages: d.Subquery(
        Book.objects
          .filter({ author: d.OuterRef("pk") })
          .values("pages")
          .slice(0, 1),
      ),
      title: d.Subquery(Book.objects.valuesList("title", { flat: true })),
      key: d.Subquery(Book.objects.all()),
      grown: d.ExpressionWrapper(Q({ age__gte: 18 }), { outputField: d.BooleanField() }),
      ratio: d.ExpressionWrapper(F("age").div(2), { outputField: d.FloatField() }),
      own: d.RawSQL("1"),
      owned: d.RawSQL("1 + %s", [1], { outputField: d.IntegerField() }),
      called: d.Func("age", Value(3), { function: "POWER", outputField: d.FloatField() }),
      flag: Q({ age: 3 }),
      more: d.GreaterThan("age", 3),
      last: Book.objects.lookup("title"),
    })
    .first())!;
  exactly<string>()(row.group);
  exactly<number | null>()(row.open);
  exactly<string | null>()(row.other);
  exactly<Decimal>()(row.typed);
  exactly<boolean>()(row.busy);
  exactly<boolean>()(row.idle);
  exactly<number | null>()(row.pages);
  exactly<string | null>()(row.title);
  exactly<number | null>()(row.key);
  exactly<boolean>()(row.grown);
  exactly<number>()(row.ratio);
  exactly<unknown>()(row.own);
  exactly<number>()(row.owned);
  exactly<number>()(row.called);
  exactly<boolean>()(row.flag);
  exactly<boolean>()(row.more);
  exactly<string | null>()(row.last);
  // @ts-expect-error no such field in the condition
  Author.objects.annotate({ x: Case(When({ agee: 3 }, { then: 1 })) });
  // @ts-expect-error a wrong value in the condition
  Author.objects.annotate({ x: Case(When({ age: "3" }, { then: 1 })) });
  // @ts-expect-error no such field behind then
  Author.objects.annotate({ x: Case(When({ age: 3 }, { then: "nope" })) });
  // @ts-expect-error no such field as the default
  Author.objects.annotate({ x: Case(When({ age: 3 }, { then: 1 }), { default: "nope" }) });
  // @ts-expect-error not a queryset
  d.Subquery(3);
  // @ts-expect-error not a queryset
  d.Exists(Author);
  // @ts-expect-error no such column
  Book.objects.lookup("nope");
}

export async function functions(): Promise<void> {
  const text = (await Author.objects
    .annotate({
      a: d.Upper("name"),
      b: d.Lower("bio"),
      c: d.Length("bio"),
      d: d.Concat("name", Value(" "), "bio"),
      e: d.Substr("name", 1, 2),
      f: d.Trim(d.LTrim(d.RTrim("name"))),
      g: d.Replace("name", Value("a"), Value("b")),
      h: d.StrIndex("name", Value("a")).add(1),
      i: d.Left("name", 3),
      j: d.Right("name", 3),
      k: d.LPad("name", 8, Value("*")),
      l: d.RPad("name", 8),
      m: d.Repeat("name", 3),
      n: d.Reverse("name"),
      o: d.Chr("age"),
      p: d.Ord("name"),
      q: d.MD5("name"),
      r: d.SHA1("name"),
      s: d.SHA224("name"),
      t: d.SHA256("name"),
      u: d.SHA384("name"),
      v: d.SHA512("name"),
      w: d.Collate("name", "nocase"),
    })
    .first())!;
  exactly<string>()(text.a);
  exactly<string | null>()(text.b);
  exactly<number | null>()(text.c);
  exactly<string>()(text.d);
  exactly<string>()(text.e);
  exactly<number>()(text.h);
  const general = (await Author.objects
    .annotate({
      a: d.Coalesce("bio", "name"),
      b: d.Coalesce("bio", Value("x")),
      c: d.Coalesce("bio", "publisher__name"),
      d: d.Greatest("age", "mentor__age"),
      e: d.Least("age", 3),
      f: d.NullIf("age", 3),
      g: d.Cast("age", d.DecimalField()),
      h: d.Cast("bio", d.IntegerField()),
      i: d.JSONObject({ name: d.Lower("name"), age: "age" }),
      j: d.Now(),
    })
    .first())!;
  exactly<string>()(general.a);
  exactly<string>()(general.b);
  exactly<string | null>()(general.c);
  exactly<number | null>()(general.d);
  exactly<number>()(general.e);
  exactly<number | null>()(general.f);
  exactly<Decimal>()(general.g);
  exactly<number | null>()(general.h);
  exactly<{ name: string; age: number }>()(general.i);
  exactly<Date>()(general.j);
  const moments = (await Sample.objects
    .annotate({
      a: d.Extract("at", "year"),
      b: d.ExtractYear("ended"),
      c: d.ExtractIsoYear("at"),
      d: d.ExtractQuarter("at"),
      e: d.ExtractMonth("at"),
      f: d.ExtractWeek("at"),
      g: d.ExtractWeekDay("at"),
      h: d.ExtractIsoWeekDay("at"),
      i: d.ExtractDay("at"),
      j: d.ExtractHour("at"),
      k: d.ExtractMinute("at"),
      l: d.ExtractSecond("at", { timeZone: "UTC" }),
      m: d.Trunc("at", "month"),
      n: d.TruncYear("day"),
      o: d.TruncQuarter("ended"),
      p: d.TruncMonth("at", { outputField: d.DateField() }),
      q: d.TruncWeek("at"),
      r: d.TruncDay("at"),
      s: d.TruncHour("at"),
      t: d.TruncMinute("at"),
      u: d.TruncSecond("at"),
      v: d.TruncDate("at"),
      w: d.TruncTime("ended"),
    })
    .first())!;
  exactly<number>()(moments.a);
  exactly<number | null>()(moments.b);
  exactly<Date>()(moments.m);
  exactly<string>()(moments.n);
  exactly<Date | null>()(moments.o);
  exactly<string>()(moments.p);
  exactly<string>()(moments.v);
  exactly<string | null>()(moments.w);
  const numbers = (await Sample.objects
    .annotate({
      a: d.Abs("price"),
      b: d.Ceil("whole"),
      c: d.Floor("whole"),
      d: d.Round("price", 1),
      e: d.Mod("whole", 3),
      f: d.Power("whole", 2),
      g: d.Log(2, "whole"),
      h: d.ATan2("whole", 1),
      i: d.Sign("whole"),
      j: d.Sqrt("whole"),
      k: d.Exp("whole"),
      l: d.Ln("whole"),
      m: d.Sin("whole"),
      n: d.Cos("whole"),
      o: d.Tan("whole"),
      p: d.Cot("whole"),
      q: d.ASin("whole"),
      r: d.ACos("whole"),
      s: d.ATan("whole"),
      t: d.Degrees("whole"),
      u: d.Radians("whole"),
      decimal: d.Mod("price", 3),
      v: d.Pi(),
      w: d.Random(),
    })
    .first())!;
  exactly<Decimal>()(numbers.a);
  exactly<Decimal>()(numbers.d);
  exactly<Decimal>()(numbers.decimal);
  exactly<number>()(numbers.f);
  await Author.objects.filter(
    d.Exact("age", 3),
    d.IExact("name", Value("x")),
    d.GreaterThanOrEqual("age", 3),
    d.LessThan("age", 3),
    d.LessThanOrEqual("age", 3),
    d.Contains("name", Value("x")),
    d.IContains("name", Value("x")),
    d.StartsWith("name", Value("x")),
    d.IStartsWith("name", Value("x")),
    d.EndsWith("name", Value("x")),
    d.IEndsWith("name", Value("x")),
    d.Regex("name", Value("x")),
    d.IRegex("name", Value("x")),
    d.In("age", [1, 2]),
    d.IsNull("bio", true).not(),
  );
  // @ts-expect-error no such field
  Author.objects.annotate({ x: d.Concat("name", "nope") });
  // @ts-expect-error two arguments at least
  d.Concat("name");
  // @ts-expect-error no such field
  Author.objects.annotate({ x: d.Coalesce("bio", "nope") });
  // @ts-expect-error no such unit
  d.Extract("at", "decade");
  // @ts-expect-error no such field
  Author.objects.annotate({ x: d.JSONObject({ a: "nope" }) });
  // @ts-expect-error a field
  d.Cast("age", "integer");
  // @ts-expect-error no such field
  Author.objects.filter(d.LessThan("age", F("nope")));
  // @ts-expect-error no such field inside
  Author.objects.annotate({ x: d.Upper(d.Lower("nope")) });
}

export async function windows(): Promise<void> {
  const row = (await Author.objects
    .annotate({
      rank: d.Window(d.Rank(), { partitionBy: ["publisher"], orderBy: ["-age", F("name").asc()] }),
      number: d.Window(d.RowNumber(), { orderBy: "age" }),
      run: d.Window(Sum("age"), { orderBy: "age", frame: d.RowRange({ start: null, end: 0 }) }),
      prev: d.Window(d.Lag("age"), { orderBy: "id" }),
      next: d.Window(d.Lead("age", { offset: 2, default: 0 }), { orderBy: "id" }),
      first: d.Window(d.FirstValue("name"), { orderBy: "id" }),
      last: d.Window(d.LastValue("bio"), { orderBy: "id", frame: d.ValueRange({ start: 0, end: null }) }),
      nth: d.Window(d.NthValue("name", { nth: 2 }), { orderBy: "id" }),
      tile: d.Window(d.Ntile(4), { orderBy: "id" }),
      dense: d.Window(d.DenseRank(), { orderBy: "id" }),
      percent: d.Window(d.PercentRank(), { orderBy: "id" }),
      cume: d.Window(d.CumeDist(), { orderBy: "id" }),
    })
    .filter({ rank__lte: 3 })
    .first())!;
  exactly<number>()(row.rank);
  exactly<number | null>()(row.run);
  exactly<number | null>()(row.prev);
  exactly<number>()(row.next);
  exactly<string>()(row.first);
  exactly<string | null>()(row.last);
  exactly<string | null>()(row.nth);
  // @ts-expect-error no such field to order by
  Author.objects.annotate({ x: d.Window(d.Rank(), { orderBy: "-nope" }) });
  // @ts-expect-error no such field to partition by
  Author.objects.annotate({ x: d.Window(d.Rank(), { partitionBy: ["nope"] }) });
  // @ts-expect-error no such field
  Author.objects.annotate({ x: d.Window(d.Lag("nope")) });
  // @ts-expect-error no such option
  d.Window(d.Rank(), { order: "age" });
}

export async function search(): Promise<void> {
  const vector = d.SearchVector("name", "bio", { config: "english", weight: "A" });
  const row = (await Author.objects
    .annotate({
      rank: d.SearchRank(vector, d.SearchQuery("x").and(d.SearchQuery("y").not())),
      text: d.SearchHeadline("bio", "x", { maxWords: 3 }),
      alike: d.TrigramSimilarity("name", "x"),
      apart: d.TrigramDistance("name", "x"),
      word: d.TrigramWordSimilarity("name", "x"),
      strict: d.TrigramStrictWordSimilarity("name", "x"),
    })
    .orderBy("-rank")
    .first())!;
  exactly<number>()(row.rank);
  exactly<string>()(row.text);
  // @ts-expect-error no such field
  Author.objects.annotate({ x: d.SearchVector("nope") });
  // @ts-expect-error no such weight
  d.SearchVector("name", { weight: "E" });
}
