import { expect, it } from "vitest";
import { FieldError, IntegrityError, transaction } from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Draft, Filled, Tag } from "./models.js";
import { expectQueries, sqlOf, synchronousBackends, useTables } from "./support.js";

const CALLERS = 50;

describeEachBackend("getOrCreate and updateOrCreate", (backend) => {
  useTables();

  it("gives the row that is there with one query, else makes it with two", async () => {
    const [made, created] = await expectQueries(2, () => Tag.objects.getOrCreate({ name: "a" }));
    expect([made.name, created]).toEqual(["a", true]);
    const [found, again] = await expectQueries(1, () => Tag.objects.getOrCreate({ name: "a" }));
    expect([found.equals(made), again]).toEqual([true, false]);
  });

  it("J02: lookups find, plain ones and defaults make; functions are called only then", async () => {
    let calls = 0;
    const defaults = {
      name: () => {
        calls++;
        return "Zed";
      },
    };
    const [zed] = await Author.objects.getOrCreate({ name__iexact: "zed", age: 7 }, { defaults });
    expect([zed.name, zed.age]).toEqual(["Zed", 7]);
    expect((await Author.objects.getOrCreate({ name__iexact: "ZED" }, { defaults }))[1]).toBe(false);
    expect(calls).toBe(1);
    const [draft] = await Draft.objects.getOrCreate({ author: zed, title: "d" });
    expect(draft.authorId).toBe(zed.pk);
  });

  it("refuses unknown names before SQL", async () => {
    await expectQueries(0, async () => {
      // @ts-expect-error no such field
      await expect(Tag.objects.getOrCreate({ name: "a" }, { defaults: { nmae: "x" } })).rejects.toThrow(/no field "nmae".*name/);
      // @ts-expect-error no such field
      await expect(Tag.objects.updateOrCreate({ name: "a" }, { createDefaults: { nmae: "x" } })).rejects.toThrow(FieldError);
      // @ts-expect-error no such field
      await expect(Tag.objects.getOrCreate({ nmae: "a" })).rejects.toThrow(FieldError);
    });
  });

  it("several rows are an error", async () => {
    await Author.objects.bulkCreate([new Author({ name: "a" }), new Author({ name: "a" })]);
    await expect(Author.objects.getOrCreate({ name: "a" })).rejects.toThrow(Author.MultipleObjectsReturned);
  });

  it(`J01: ${CALLERS} callers at once make one row, and all get it`, async () => {
    const results = await Promise.all(Array.from({ length: CALLERS }, () => Tag.objects.getOrCreate({ name: "race" })));
    expect(results.filter(([, created]) => created)).toHaveLength(1);
    expect(new Set(results.map(([tag]) => tag.pk)).size).toBe(1);
    expect(await Tag.objects.count()).toBe(1);
  });

  it(`J01: ${CALLERS} callers at once, each in a transaction of its own that goes on`, async () => {
    const results = await Promise.all(
      Array.from({ length: CALLERS }, (_, index) =>
        transaction.atomic(async () => {
          const found = await Tag.objects.getOrCreate({ name: "race" });
          await Author.objects.create({ name: `after ${index}` });
          return found;
        }),
      ),
    );
    expect(results.filter(([, created]) => created)).toHaveLength(1);
    expect(await Author.objects.count()).toBe(CALLERS);
  });

  it(`J04: ${CALLERS} callers of updateOrCreate make one row, each update counts`, async () => {
    await Promise.all(
      Array.from({ length: CALLERS }, (_, age) =>
        Tag.objects.updateOrCreate({ name: "race" }, { defaults: {}, createDefaults: { id: 1 + age } }),
      ),
    );
    expect(await Tag.objects.count()).toBe(1);
  });

  it("J03: an error that is no race is the original one", async () => {
    await Tag.objects.create({ name: "taken" });
    await expect(Tag.objects.getOrCreate({ name__startswith: "x" }, { defaults: { name: "taken" } })).rejects.toThrow(IntegrityError);
    await transaction.atomic(async () => {
      await expect(Tag.objects.getOrCreate({ name__startswith: "x" }, { defaults: { name: "taken" } })).rejects.toThrow(IntegrityError);
      // the transaction goes on
      await Tag.objects.create({ name: "other" });
    });
    expect(await Tag.objects.count()).toBe(2);
  });

  it("J04: updateOrCreate writes the defaults only, and what fills itself", async () => {
    const [made, created] = await Filled.objects.updateOrCreate({ price: 1 }, { defaults: { amount: 5 }, createDefaults: { amount: 9 } });
    expect([made.amount, created]).toEqual([9, true]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await Filled.objects.all().update({ data: { kept: true } });
    const [updated, again] = await Filled.objects.updateOrCreate({ price: 1 }, { defaults: { amount: () => 5 } });
    expect([updated.pk, updated.amount, updated.total, again]).toEqual([made.pk, 5, 5, false]);
    const row = await Filled.objects.get();
    expect(row.data).toEqual({ kept: true });
    expect(row.changedAt.getTime()).toBeGreaterThan(made.changedAt.getTime());
  });

  backend.skipUnless(backend.vendor === "postgresql", "no row locks")("J04: locks the row that it updates", async () => {
    await Author.objects.create({ name: "a" });
    const sql = await sqlOf(() => Author.objects.updateOrCreate({ name: "a" }, { defaults: { age: 5 } }));
    expect(sql[0]).toContain("FOR UPDATE");
    expect(sql).toHaveLength(2);
  });
});

describeEachBackend("getOrCreate and updateOrCreate, synchronously", { only: synchronousBackends }, () => {
  useTables();

  it("does the same", () => {
    expect(Tag.objects.getOrCreateSync({ name: "a" })[1]).toBe(true);
    expect(Tag.objects.getOrCreateSync({ name: "a" })[1]).toBe(false);
    expect(Tag.objects.updateOrCreateSync({ name: "a" }, { defaults: { name: "b" } })[0].name).toBe("b");
  });
});
