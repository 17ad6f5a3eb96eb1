import { beforeEach, describe, expect, it } from "vitest";
import { clearReadAfterWriteWindow, noteWrite, type RoutingHints, resolveAlias } from "../../src/engine/routing.js";
import { withScope } from "../../src/engine/scope.js";
import { configure } from "../../src/engine/settings.js";
import { StickyReads } from "../../src/engine/sticky-reads.js";
import { transaction } from "../../src/engine/transaction.js";
import { QueryError } from "../../src/errors.js";

const author = { label: "blog.Author", table: "blog.Author" };
const book = { label: "blog.Book", table: "blog.Book" };
const databases = { default: "sqlite::memory:", replica: "sqlite::memory:", primary: "sqlite::memory:" };
const split = { dbForRead: () => "replica", dbForWrite: () => "primary" };

describe("resolveAlias", () => {
  beforeEach(() => {
    clearReadAfterWriteWindow();
    configure({ databases, routers: [], readAfterWriteWindow: 3 });
  });

  it("is default without routers, and what using says in any case", () => {
    expect(resolveAlias(author, "read", null)).toBe("default");
    expect(resolveAlias(author, "read", "replica")).toBe("replica");
    configure({ routers: [split] });
    expect(resolveAlias(author, "write", "default")).toBe("default");
  });

  it("A16: dbForWrite decides writes, dbForRead reads; the first answer wins", () => {
    configure({ routers: [{ dbForRead: (model) => (model === book ? "primary" : null) }, {}, split] });
    expect(resolveAlias(book, "read", null)).toBe("primary");
    expect(resolveAlias(author, "read", null)).toBe("replica");
    expect(resolveAlias(author, "write", null)).toBe("primary");
  });

  it("A15: what a router throws, or answers wrongly, surfaces", () => {
    const broken = new Error("router");
    configure({
      routers: [
        {
          dbForRead: () => {
            throw broken;
          },
        },
      ],
    });
    expect(() => resolveAlias(author, "read", null)).toThrow(broken);
    // A router of JavaScript code that is asynchronous by mistake.
    configure({ routers: [{ dbForRead: (() => Promise.resolve("replica")) as unknown as () => string }] });
    expect(() => resolveAlias(author, "read", null)).toThrow(QueryError);
  });

  it("A17: reads follow a write of the same model to the alias that was written, for the window", async () => {
    configure({ routers: [split], readAfterWriteWindow: 0.05 });
    noteWrite(author, "primary");
    expect(resolveAlias(author, "read", null)).toBe("primary");
    expect(resolveAlias(book, "read", null)).toBe("replica");
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(resolveAlias(author, "read", null)).toBe("replica");
  });

  it("A17: the window is off with 0 and null", () => {
    for (const readAfterWriteWindow of [0, null]) {
      configure({ routers: [split], readAfterWriteWindow });
      noteWrite(author, "primary");
      expect(resolveAlias(author, "read", null)).toBe("replica");
    }
  });

  it("A17: a scope with its own record is not seen by others", () => {
    configure({ routers: [split] });
    withScope({ sticky: new StickyReads() }, () => {
      noteWrite(author, "primary");
      expect(resolveAlias(author, "read", null)).toBe("primary");
    });
    expect(resolveAlias(author, "read", null)).toBe("replica");
  });

  it("A18: the hint sticky: false opts out, and hints reach the routers", () => {
    const seen: RoutingHints[] = [];
    configure({
      routers: [
        {
          ...split,
          dbForRead: (_model, hints) => {
            seen.push(hints);
            return "replica";
          },
        },
      ],
    });
    noteWrite(author, "primary");
    expect(resolveAlias(author, "read", null, { sticky: false })).toBe("replica");
    expect(seen).toEqual([{ sticky: false }]);
  });

  it("A17: a write inside a transaction counts from its commit, and reads inside it see it", async () => {
    configure({ routers: [split] });
    await transaction.atomic(
      async () => {
        expect(resolveAlias(book, "read", null)).toBe("primary");
        noteWrite(author, "primary");
        transaction.setRollback(true, { using: "primary" });
      },
      { using: "primary" },
    );
    expect(resolveAlias(author, "read", null)).toBe("replica");
    await transaction.atomic(async () => noteWrite(author, "primary"), { using: "primary" });
    expect(resolveAlias(author, "read", null)).toBe("primary");
    await transaction.atomic(async () => expect(resolveAlias(book, "read", null)).toBe("replica"));
  });
});
