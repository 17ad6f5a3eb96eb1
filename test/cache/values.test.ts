import { expect, it } from "vitest";
import {
  ArrayField,
  BigIntegerField,
  BinaryField,
  BooleanField,
  CharField,
  Count,
  DateField,
  DateTimeField,
  DecimalField,
  DurationField,
  FloatField,
  JSONField,
  Max,
  Model,
  Q,
  TimeField,
  UUIDField,
} from "../../src/index.js";
import { metaOf } from "../../src/models/meta.js";
import { expectQueries } from "../query/support.js";
import { describeEachCache } from "./support.js";

class Specimen extends Model<Specimen>("cache.Specimen")({
  text: CharField({ maxLength: 50 }),
  large: BigIntegerField(),
  price: DecimalField({ maxDigits: 12, decimalPlaces: 3 }),
  ratio: FloatField(),
  alive: BooleanField(),
  seen: DateTimeField(),
  exact: DateTimeField({ precision: 6 }),
  born: DateField(),
  at: TimeField(),
  took: DurationField(),
  code: UUIDField(),
  notes: JSONField<unknown>(),
  bytes: BinaryField(),
  nothing: CharField({ maxLength: 5, null: true }),
}) {}

class Listed extends Model<Listed>("cache.Listed")({
  words: ArrayField(CharField({ maxLength: 20 })),
  sizes: ArrayField(BigIntegerField()),
}) {}

const VALUES = {
  text: "'\"\\ ünï ☃ \u2028",
  large: 9_007_199_254_740_993n,
  price: "1234.500",
  ratio: 0.1,
  alive: true,
  seen: new Date("2026-11-20T13:45:30.123Z"),
  exact: "2026-11-20T13:45:30.123456Z",
  born: "2026-11-20",
  at: "13:45:30.5",
  took: 90_061_001,
  code: "0189fc2b-31a7-7cc0-8f4b-0a4b5c6d7e8f",
  notes: { a: [1, "two", null, { b: -0.5 }], flag: true },
  bytes: new Uint8Array([0, 1, 128, 255]),
};

describeEachCache("the values of cached rows", { models: [Specimen] }, () => {
  it("are those of rows that were just read, in each shape", async () => {
    const { pk } = await Specimen.objects.create(VALUES);
    const plain = await Specimen.objects.get({ pk });
    const cached = () => Specimen.objects.cache();
    await expectQueries(1, cached);
    const [again] = await expectQueries(0, cached);
    for (const { name } of metaOf(Specimen).fields) expect(Reflect.get(again ?? {}, name), name).toStrictEqual(Reflect.get(plain, name));
    expect(again?.bytes.constructor).toBe(Uint8Array);
    expect(again?.large).toBe(9_007_199_254_740_993n);
    for (const read of [
      () => Specimen.objects.values(),
      () => Specimen.objects.valuesList(),
      () => Specimen.objects.annotate({ n: Count("*"), top: Max("price"), last: Max("seen") }).values("n", "top", "last", "bytes"),
    ]) {
      const fresh: unknown = await read();
      await expectQueries<unknown>(1, () => read().cache());
      expect(await expectQueries<unknown>(0, () => read().cache())).toStrictEqual(fresh);
    }
  });

  it("tell values apart that are alike as text", async () => {
    const count = async (condition: Record<string, unknown>) => (await Specimen.objects.filter(Q.untyped(condition)).cache()).length;
    expect(await count({ large: 9_007_199_254_740_993n })).toBe(1);
    expect(await count({ large: 9_007_199_254_740_992n })).toBe(0);
    expect(await count({ seen: VALUES.seen })).toBe(1);
    expect(await count({ seen: new Date(VALUES.seen.getTime() + 1) })).toBe(0);
    expect(await count({ bytes: VALUES.bytes })).toBe(1);
    expect(await count({ bytes: new Uint8Array([0, 1, 128]) })).toBe(0);
    expect(await count({ text__in: ["a", "b"] })).toBe(0);
    expect(await count({ text__in: ["a", VALUES.text] })).toBe(1);
    expect(await count({ nothing: null })).toBe(1);
    expect(await count({ nothing: "null" })).toBe(0);
  });
});

describeEachCache("arrays in cached rows", { models: [Listed], only: ["postgresql"] }, () => {
  it("come back as they were", async () => {
    await Listed.objects.create({ words: ["a", 'b "c"', ""], sizes: [1n, -2n] });
    const read = () => Listed.objects.filter({ words__contains: ["a"] }).cache();
    await expectQueries(1, read);
    const [row] = await expectQueries(0, read);
    expect([row?.words, row?.sizes]).toEqual([
      ["a", 'b "c"', ""],
      [1n, -2n],
    ]);
  });
});
