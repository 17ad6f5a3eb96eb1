import { afterEach, beforeEach, expect, it } from "vitest";
import { CASCADE, CharField, CheckConstraint, ForeignKey, Index, IntegerField, ManyToManyField, Q } from "../../src/migrations/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Project, rows } from "./support.js";

describeEachBackend("migrations from models to a schema and back", () => {
  let project: Project;
  beforeEach(() => {
    project = new Project();
  });
  afterEach(() => project.remove());

  it("makes, changes and undoes tables through files", async () => {
    const author = { name: CharField({ maxLength: 100 }) };
    const first = await project.evolve({
      "blog.Author": [author],
      "blog.Book": [
        {
          title: CharField({ maxLength: 200 }),
          author: ForeignKey("blog.Author", { onDelete: CASCADE, relatedName: "books" }),
          tags: ManyToManyField("blog.Tag"),
        },
      ],
      "blog.Tag": [{ word: CharField({ maxLength: 20, unique: true }) }],
    });
    expect(first).toMatchInlineSnapshot(`
      {
        "blog.0001_initial": "import { BigAutoField, CharField, CreateModel, ForeignKey, ManyToManyField, migration } from "dorm/migrations";

      export default migration({
        initial: true,
        operations: [
          CreateModel("Author", {
            id: BigAutoField(),
            name: CharField({ maxLength: 100 }),
          }),
          CreateModel("Tag", {
            id: BigAutoField(),
            word: CharField({ maxLength: 20, unique: true }),
          }),
          CreateModel("Book", {
            id: BigAutoField(),
            title: CharField({ maxLength: 200 }),
            author: ForeignKey("blog.Author", { onDelete: "CASCADE", relatedName: "books" }),
            tags: ManyToManyField("blog.Tag"),
          }),
        ],
      });
      ",
      }
    `);
    await rows("INSERT INTO blog_author (name) VALUES ('Ursula')");
    await rows("INSERT INTO blog_book (title, author_id) VALUES ('The Dispossessed', 1)");
    const second = await project.evolve({
      "blog.Author": [
        { ...author, age: IntegerField({ default: 7 }) },
        {
          indexes: [Index({ fields: ["-age"], name: "author_age" })],
          constraints: [CheckConstraint({ check: Q({ age__gte: 0 }), name: "age_positive" })],
        },
      ],
      "blog.Book": [
        {
          title: CharField({ maxLength: 300 }),
          author: ForeignKey("blog.Author", { onDelete: CASCADE, relatedName: "books", null: true }),
        },
      ],
    });
    expect(second).toMatchInlineSnapshot(`
      {
        "blog.0002_author_age_author_age_author_age_positive_and_more": "import {
        AddConstraint,
        AddField,
        AddIndex,
        AlterField,
        CharField,
        CheckConstraint,
        DeleteModel,
        ForeignKey,
        Index,
        IntegerField,
        migration,
        Q,
        RemoveField,
      } from "dorm/migrations";

      export default migration({
        dependencies: [["blog", "0001_initial"]],
        operations: [
          AddField("Author", "age", IntegerField({ default: 7 })),
          AddIndex("Author", Index({ fields: ["-age"], name: "author_age" })),
          AddConstraint("Author", CheckConstraint({ check: Q({ age__gte: 0 }), name: "age_positive" })),
          AlterField("Book", "title", CharField({ maxLength: 300 })),
          AlterField("Book", "author", ForeignKey("blog.Author", { onDelete: "CASCADE", relatedName: "books", null: true })),
          RemoveField("Book", "tags"),
          DeleteModel("Tag"),
        ],
      });
      ",
      }
    `);
    expect(await rows("SELECT name, age FROM blog_author")).toEqual([{ name: "Ursula", age: 7 }]);
    expect(await rows("SELECT title, author_id FROM blog_book")).toEqual([{ title: "The Dispossessed", author_id: 1 }]);
    await project.migrate({ app: "blog", name: "0001" });
    expect(await rows("SELECT * FROM blog_author")).toEqual([{ id: 1, name: "Ursula" }]);
    expect(await rows("SELECT title FROM blog_book")).toEqual([{ title: "The Dispossessed" }]);
    await project.migrate({ app: "blog", name: "zero" });
    await expect(rows("SELECT * FROM blog_author")).rejects.toThrow();
    await project.migrate();
  });
});
