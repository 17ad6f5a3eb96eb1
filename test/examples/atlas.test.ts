import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { load } from "../../examples/atlas/load.js";
import { City, Country } from "../../examples/atlas/models.js";
import { questions } from "../../examples/atlas/questions.js";
import { describeEachBackend } from "../support/backends.js";

/** What the atlas says, wherever it is asked; null where only the number of lines is told. */
const answers: Readonly<Record<string, readonly string[]>> = {
  "Who borders Switzerland?": ["Austria, France, Germany, Italy, Liechtenstein"],
  "Which landlocked countries have only landlocked neighbours?": ["Liechtenstein, Uzbekistan"],
};

describeEachBackend("the atlas", { only: ["sqlite", "postgresql"] }, () => {
  beforeAll(async () => {
    vi.spyOn(process.stdout, "write").mockReturnValue(true);
    await load();
  });
  afterAll(() => {
    vi.restoreAllMocks();
  });

  it("is loaded whole", async () => {
    expect(await Country.objects.count()).toBe(250);
    expect(await City.objects.count()).toBe(135_233);
  });

  it.each(questions)("answers: $text", async ({ text, ask }) => {
    const lines = await ask();
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join("\n")).not.toMatch(/undefined|NaN|\[object/);
    if (answers[text] !== undefined) expect(lines).toEqual(answers[text]);
  });

  it("streams all its cities", async () => {
    let cities = 0;
    for await (const city of City.objects.iterator({ chunkSize: 5000 })) cities += city.population >= 0 ? 1 : 0;
    expect(cities).toBe(135_233);
  });
});
