import { describe, expect, it, vi } from "vitest";
import { CharField, Model, Q, QueryError } from "../../src/index.js";

class Note extends Model<Note>("copies.Note")({ text: CharField({ maxLength: 9 }) }) {}

describe("two copies of the package in one process", () => {
  it("do not mix their conditions and expressions in silence", async () => {
    vi.resetModules();
    const copy = await import("../../src/index.js");
    expect(copy.Q).not.toBe(Q);
    for (const condition of [copy.Q({ text: "x" }), copy.Exists(Note.objects.all())])
      expect(() => Note.objects.filter(condition as never)).toThrow(/^This condition was made by another copy of dorm/);
    expect(() => Note.objects.filter(Q({ text: "x" }).or(copy.Q({ text: "y" }) as never))).toThrow(QueryError);
    expect(copy.getModel("copies.Note")).toBe(Note);
  });
});
