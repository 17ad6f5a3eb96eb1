import { afterEach, beforeEach, expect, it } from "vitest";
import {
  AddField,
  CharField,
  CreateModel,
  IntegerField,
  inspectSchema,
  type MigrationEvent,
  Q,
  RunCode,
} from "../../src/migrations/index.js";
import { describeEachBackend } from "../support/backends.js";
import { dropEverything, executorOf, rows } from "./support.js";

const initial = (maxLength: number) => ({
  operations: [
    CreateModel("Author", { name: CharField({ maxLength, default: () => "x" }) }, { indexes: [] }),
    RunCode({ forward: () => Q({ age: maxLength }), reverse: RunCode.noop }),
  ],
});
const age = { dependencies: [["blog", "0001"]] as const, operations: [AddField("Author", "age", IntegerField({ null: true }))] };

describeEachBackend("a migration that was edited after it had been applied", () => {
  beforeEach(() => dropEverything("default"));
  afterEach(() => dropEverything("default"));

  const told = async (migrations: Parameters<typeof executorOf>[0], dryRun = false): Promise<string[]> => {
    const messages: string[] = [];
    const onProgress = (event: MigrationEvent): void => {
      if (event.kind === "progress") messages.push(event.message);
    };
    await executorOf(migrations, { onProgress }).migrate({ dryRun });
    return messages;
  };

  it("is told of by its name, and stands in the way of nothing", async () => {
    expect(await told({ "blog.0001": initial(20) })).toEqual([]);
    expect(await told({ "blog.0001": initial(20) })).toEqual([]);
    const edited = { "blog.0001": initial(30), "blog.0002": age };
    const warning = [expect.stringMatching(/^blog\.0001 was edited after it had been applied to "default"/)];
    expect(await told(edited, true)).toEqual(warning);
    expect(await told(edited)).toEqual(warning);
    const statuses = await executorOf(edited).status();
    expect(statuses.map((status) => [status.name, status.applied, status.edited])).toEqual([
      ["0001", true, true],
      ["0002", true, false],
    ]);
  });

  it("is not known of records that an earlier dorm made, whose table gets the column", async () => {
    await executorOf({ "blog.0001": initial(20) }).migrate();
    await rows("ALTER TABLE dorm_migrations DROP COLUMN checksum");
    const edited = { "blog.0001": initial(30), "blog.0002": age };
    expect((await executorOf(edited).status()).map(({ applied, edited }) => [applied, edited])).toEqual([
      [true, false],
      [false, false],
    ]);
    expect(await told(edited)).toEqual([]);
    const checksums = await rows("SELECT checksum FROM dorm_migrations ORDER BY id");
    expect(checksums).toEqual([{ checksum: null }, { checksum: expect.stringMatching(/^1:[0-9a-f]{32}$/) }]);
    expect((await inspectSchema()).find(({ name }) => name === "dorm_migrations")?.columns.at(-1)?.name).toBe("checksum");
  });
});
