import { beforeAll, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import { createTables, getConnection, IntegrityError, QueryCountError, QueryError, type QueryEvent, transaction } from "../../src/index.js";
import { assertMaxQueries, assertNumQueries, captureQueries } from "../../src/testing/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Book, Tag } from "./models.js";

describeEachBackend("counting queries", (backend) => {
  const sync = (title: string, body: () => void) =>
    backend.skipUnless(backend.vendor === "sqlite", "it has no synchronous form yet")(title, body);

  beforeAll(() => createTables([Author, Book, Tag]));
  beforeEach(async () => {
    await Author.objects.all().delete();
  });

  describe("captureQueries", () => {
    it("gives the statements that the callback ran, in their order", async () => {
      const queries = await captureQueries(async () => {
        await Author.objects.create({ name: "Ada" });
        await Author.objects.count();
      });
      expect(queries.map(({ kind }) => kind)).toEqual(["insert", "select"]);
      expect(queries[0]?.params).toContain("Ada");
    });

    sync("works without waiting", () => {
      const queries = captureQueries(() => void Author.objects.countSync());
      expectTypeOf(queries).toEqualTypeOf<readonly QueryEvent[]>();
      expect(queries.map(({ sql }) => sql)).toEqual([expect.stringContaining("COUNT(*)")]);
    });

    it("runs a queryset that the callback gives", async () => {
      expect(await captureQueries(() => Author.objects.all())).toHaveLength(1);
    });

    it("leaves out transactions and dorm's own statements", async () => {
      const queries = await captureQueries(() =>
        transaction.atomic(async () => {
          await transaction.atomic(() => Author.objects.create({ name: "Ada" }));
          await createTables([Author, Book, Tag], { ifNotExists: true });
        }),
      );
      expect(queries.map(({ kind }) => kind)).toEqual(["insert"]);
    });

    it("has a failed statement with its error", async () => {
      await Author.objects.create({ name: "Ada" });
      const queries = await captureQueries(() => Author.objects.create({ name: "Ada" }).catch(() => undefined));
      expect(queries.at(-1)?.error).toBeInstanceOf(IntegrityError);
    });

    it("does not hear of what runs beside the callback", async () => {
      const busy = Promise.all(Array.from({ length: 5 }, () => Author.objects.count()));
      const [first, second] = await Promise.all([
        captureQueries(async () => {
          await Author.objects.count();
          await Author.objects.exists();
        }),
        captureQueries(() => Author.objects.first()),
      ]);
      await busy;
      expect([first.length, second.length]).toEqual([2, 1]);
    });

    it("hears of what the callback awaits together, and nothing after its end", async () => {
      let late: Promise<unknown> = Promise.resolve();
      const queries = await captureQueries(async () => {
        await Promise.all([Author.objects.count(), Author.objects.count()]);
        late = new Promise((resolve) => setTimeout(resolve, 5)).then(() => Author.objects.count());
      });
      await late;
      expect(queries).toHaveLength(2);
    });

    it("looks at one alias when it is told so", async () => {
      const body = () => Author.objects.count();
      expect(await captureQueries(body, { using: "default" })).toHaveLength(1);
      expect(await captureQueries(body, { using: "other" })).toHaveLength(0);
    });
  });

  describe("assertNumQueries", () => {
    it("gives what the callback gives", async () => {
      await Author.objects.create({ name: "Ada" });
      const authors = await assertNumQueries(1, () => Author.objects.all());
      expect(authors.map(({ name }) => name)).toEqual(["Ada"]);
    });

    sync("gives it without waiting", () => {
      const count = assertNumQueries(1, () => Author.objects.countSync());
      expectTypeOf(count).toEqualTypeOf<number>();
      expect(count).toBe(0);
    });

    it("lists the statements when there are more", async () => {
      const error = await assertNumQueries(1, async () => {
        await Author.objects.count();
        await Author.objects.exists();
      }).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(QueryCountError);
      expect(error).toHaveProperty("name", "AssertionError");
      expect(String(error)).toMatch(/Expected 1 query, but 2 queries ran:\n {2}1\. \[default\] SELECT COUNT.*\n {2}2\. \[default\] SELECT/);
    });

    it("says so when there are fewer", async () => {
      await expect(assertNumQueries(2, async () => undefined)).rejects.toThrow("Expected 2 queries, but 0 queries ran.");
    });

    sync("throws without waiting", () => {
      expect(() => assertNumQueries(0, () => Author.objects.countSync())).toThrow(QueryCountError);
    });

    it("does not mask an error of the body", async () => {
      const error = new Error("the body's own");
      await expect(
        assertNumQueries(7, async () => {
          throw error;
        }),
      ).rejects.toBe(error);
      expect(() =>
        assertNumQueries(7, () => {
          throw error;
        }),
      ).toThrow(error);
    });

    it("may be inside another one", async () => {
      await assertNumQueries(2, async () => {
        await assertNumQueries(1, () => Author.objects.count());
        await Author.objects.count();
      });
    });

    it("hands the list over while it grows", async () => {
      await assertNumQueries(2, async (queries) => {
        await Author.objects.count();
        expect(queries).toHaveLength(1);
        await Author.objects.count();
      });
    });

    it("refuses what is no number and no function", () => {
      expect(() => assertNumQueries(-1, () => 1)).toThrow(QueryError);
      // @ts-expect-error the body is missing
      expect(() => assertNumQueries(1)).toThrow(/takes a function/);
    });

    it(
      "wraps a whole test",
      assertNumQueries.wrap(1, async () => {
        await Author.objects.count();
      }),
    );

    it("passes arguments through its wrapped form", async () => {
      const counted = assertNumQueries.wrap(0, async (left: number, right: number) => left + right);
      expect(await counted(2, 3)).toBe(5);
    });

    it("counts SQL of the user", async () => {
      await assertNumQueries(1, () => getConnection().execute("SELECT 1"));
    });
  });

  describe("assertMaxQueries", () => {
    it("takes fewer, and as many", async () => {
      await assertMaxQueries(2, () => Author.objects.count());
      await assertMaxQueries(1, () => Author.objects.count());
    });

    it("refuses more", async () => {
      await expect(assertMaxQueries(0, () => Author.objects.count())).rejects.toThrow("Expected at most 0 queries, but 1 query ran:");
    });
  });
});
