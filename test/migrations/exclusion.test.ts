import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  AddConstraint,
  CreateModel,
  ExclusionConstraint,
  IntegerField,
  IntegerRangeField,
  inspectSchema,
  migrationCode,
  Q,
  RemoveConstraint,
  RenameField,
} from "../../src/migrations/index.js";
import { describeEachBackend } from "../support/backends.js";
import { dropEverything, executorOf, rows } from "./support.js";

const booking = CreateModel("Booking", { during: IntegerRangeField(), cancelled: IntegerField() });
const exclusion = ExclusionConstraint({
  fields: ["during"],
  operators: ["&&"],
  name: "no_double_booking",
  condition: Q({ cancelled: 0 }),
  deferrable: "immediate",
});

describeEachBackend("an exclusion constraint", { only: ["postgresql"] }, () => {
  beforeEach(() => dropEverything("default"));
  afterEach(() => dropEverything("default"));

  it("is added, follows its fields, and is removed, there and back", async () => {
    const executor = executorOf({
      "hotel.0001": { operations: [booking] },
      "hotel.0002": { dependencies: [["hotel", "0001"]], operations: [AddConstraint("Booking", exclusion)] },
      "hotel.0003": { dependencies: [["hotel", "0002"]], operations: [RenameField("Booking", "during", "nights")] },
      "hotel.0004": { dependencies: [["hotel", "0003"]], operations: [RemoveConstraint("Booking", "no_double_booking")] },
    });
    await executor.migrate({ app: "hotel", name: "0003" });
    await rows("INSERT INTO hotel_booking (nights, cancelled) VALUES ('[1,5)', 0), ('[2,3)', 1)");
    const taken = (): Promise<unknown> => rows("INSERT INTO hotel_booking (nights, cancelled) VALUES ('[4,6)', 0)");
    await expect(taken()).rejects.toThrow(/no_double_booking/);
    await executor.migrate();
    await executor.migrate({ app: "hotel", name: "0002" });
    const table = (await inspectSchema()).find(({ name }) => name === "hotel_booking");
    expect(table?.checks).toMatchObject([{ name: "no_double_booking" }]);
    await executor.migrate({ app: "hotel", name: "0001" });
    expect((await inspectSchema()).find(({ name }) => name === "hotel_booking")?.checks).toEqual([]);
  });
});

describeEachBackend("an exclusion constraint elsewhere", { only: ["sqlite"] }, () => {
  it("is refused before anything is made", async () => {
    const plain = CreateModel(
      "Booking",
      { day: IntegerField() },
      { constraints: [ExclusionConstraint({ fields: ["day"], operators: ["="], name: "one_a_day" })] },
    );
    await expect(executorOf({ "hotel.0001": { operations: [plain] } }).migrate()).rejects.toThrow(
      /hotel.Booking: the constraint "one_a_day" excludes rows by others, which sqlite cannot/,
    );
    expect((await inspectSchema()).map(({ name }) => name)).not.toContain("hotel_booking");
    await dropEverything("default");
  });
});

describe("ExclusionConstraint", () => {
  it("is written into files", () => {
    expect(migrationCode("hotel.0002", { operations: [AddConstraint("Booking", exclusion)] })).toContain(
      'ExclusionConstraint({\n      fields: ["during"],\n      operators: ["&&"],',
    );
  });

  it("refuses what is no constraint", () => {
    const make = (changes: object) => () => ExclusionConstraint({ fields: ["a"], operators: ["="], name: "x", ...changes });
    expect(make({ operators: [] })).toThrow(/one operator for each/);
    expect(make({ operators: ["= (SELECT 1)"] })).toThrow(/is no operator/);
    expect(make({ method: "hash" })).toThrow(/method is/);
    expect(make({ deferrable: "later" })).toThrow(/deferrable is/);
    expect(make({ name: "" })).toThrow(/give it a name/);
  });
});
