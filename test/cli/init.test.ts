import { spawnSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectForTest } from "./support/project.js";

const require = createRequire(import.meta.url);

describe("dorm init", () => {
  it("makes a project whose types hold and whose program runs, and says what to do next", async () => {
    const project = projectForTest({});
    symlinkSync(dirname(dirname(require.resolve("@types/node/package.json"))), join(project.root, "node_modules/@types"));
    const output = await project.output(["init"]);
    expect(output).toContain("created dorm.config.ts\ncreated blog/models.ts\ncreated main.ts\n");
    expect(output).toMatch(/Next steps:\n {2}npm install\n {2}npx dorm makemigrations\n {2}npx dorm migrate\n {2}node main\.ts\n$/);
    const { status, stdout } = spawnSync(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", project.root], {
      encoding: "utf8",
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    await project.output(["shell", "-c", "await createTables()"]);
    const { code, stdout: printed } = await project.node(["--disable-warning=ExperimentalWarning", "main.ts"]);
    expect({ code, printed }).toEqual({ code: 0, printed: "Hello, by Ada\n" });
    expect((await project.node(["--disable-warning=ExperimentalWarning", "main.ts"])).code).toBe(0);
  });

  it("overwrites nothing, and adds an app to a project that is there", async () => {
    const project = projectForTest({ "package.json": '{ "name": "mine" }', "main.ts": "// mine", "blog/models.ts": "// mine" });
    expect(await project.output(["init"])).toMatch(
      /kept {4}package\.json[\s\S]*kept {4}blog\/models\.ts\nkept {4}main\.ts[\s\S]*\n {2}npm pkg set type=module\n {2}npm install dorm\n/,
    );
    // what `npm init -y` writes makes the program CommonJS, where it would not run
    const module = projectForTest({ "package.json": '{ "name": "mine", "type": "module" }' });
    expect(await module.output(["init"])).not.toContain("npm pkg set");
    expect(await project.output(["init", "--app", "shop"])).toContain("kept    dorm.config.ts\ncreated shop/models.ts");
    expect([project.read("package.json"), project.read("main.ts"), project.read("blog/models.ts")]).toEqual([
      '{ "name": "mine" }',
      "// mine",
      "// mine",
    ]);
    expect(await project.output(["sql", "shop.Post"])).toContain('CREATE TABLE "shop_post"');
  });

  it("makes a new folder for a project with a server", async () => {
    const project = projectForTest({});
    expect(await project.output(["init", "My Api", "--template", "fastify", "--app", "news"])).toContain("  cd My Api\n");
    expect(JSON.parse(project.read("My Api/package.json"))).toMatchObject({
      name: "my-api",
      type: "module",
      dependencies: { fastify: "^5.0.0" },
    });
    expect(project.read("My Api/server.ts")).toContain('from "./news/models.ts"');
    await project.output(["init", "hono", "--template", "hono"]);
    expect(project.read("hono/server.ts")).toContain("new Hono()");
  });

  it.each([
    [["init", "--template", "express"], "Allowed choices are plain, fastify, hono"],
    [["init", "--app", "../x"], "An app is named like a folder"],
    [["init", "file.txt"], '"file.txt" is a file, not a folder'],
  ])("ends with 2 for %j, and makes nothing", async (args, message) => {
    const project = projectForTest({ "file.txt": "" });
    const { code, stderr } = await project.dorm(args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(project.list(".")).toEqual(["file.txt", "node_modules"]);
  });
});
