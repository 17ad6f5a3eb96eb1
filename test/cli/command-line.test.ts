import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BLOG, CONFIG, projectForTest } from "./support/project.js";

const files = { "dorm.config.ts": CONFIG, "blog/models.ts": BLOG };

describe("the command line", () => {
  it("prints its usage and ends with 2 when no command is given", async () => {
    const { code, stdout, stderr } = await projectForTest(files).dorm([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^Usage: dorm \[options\] \[command\]/);
    for (const command of ["init", "sql", "dumpdata", "shell", "completion"])
      expect(stderr).toMatch(new RegExp(`^ {2}${command}[ |]`, "m"));
  });

  it("suggests the command that was meant", async () => {
    const { code, stderr } = await projectForTest(files).dorm(["dumpdat"]);
    expect(code).toBe(2);
    expect(stderr).toContain("unknown command 'dumpdat'\n(Did you mean dumpdata?)");
  });

  it.each([
    [["sql", "--al"], "unknown option '--al'"],
    [["sql", "--all", "--format", "yaml"], "Allowed choices are text, json"],
    [["version", "-v", "4"], "It is 0, 1, 2 or 3."],
    [["loaddata"], "missing required argument 'files'"],
    [["completion", "tcsh"], "Allowed choices are bash, zsh, fish"],
    [["sql"], "Name apps or models, or give --all."],
    [["sql", "--all", "--database", "defualt"], 'There is no database "defualt" in the settings. Did you mean "default"?'],
    [["help", "nothing"], "Usage: dorm"],
  ])("ends with 2 for %j", async (args, message) => {
    const { code, stdout, stderr } = await projectForTest(files).dorm(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("prints versions", async () => {
    const project = projectForTest({});
    expect(await project.output(["version"])).toMatch(/^dorm \d+\.\d+\.\d+ on Node \d+\.\d+\.\d+\n$/);
    expect(JSON.parse(await project.output(["version", "--format", "json"]))).toEqual({
      dorm: (await project.output(["--version"])).trim(),
      node: process.versions.node,
    });
  });

  it("writes an error as one object where a machine asked, and where it came from on request", async () => {
    const project = projectForTest(files);
    const asked = await project.dorm(["sql", "blgo", "--format", "json"]);
    expect(asked).toMatchObject({ code: 1, stdout: "" });
    expect(JSON.parse(asked.stderr)).toEqual({
      error: { name: "DormError", code: "unknown_model", exitCode: 1, message: 'There is no app or model "blgo". Did you mean "blog"?' },
    });
    const { stderr } = await project.dorm(["sql", "blgo", "--traceback"]);
    expect(stderr).toMatch(/^Error: There is no app or model "blgo"\. Did you mean "blog"\?\nDormError: .*\n {4}at /);
  });

  it("colours nothing in a pipe unless told to", async () => {
    const project = projectForTest(files);
    expect(await project.output(["models-tree"])).not.toContain("\u001b[");
    expect(await project.output(["models-tree"], { env: { FORCE_COLOR: "1" } })).toContain("\u001b[");
    expect(await project.output(["models-tree", "--no-color"], { env: { FORCE_COLOR: "1" } })).not.toContain("\u001b[");
  });

  it("tells details and statements on stderr when asked for them", async () => {
    const project = projectForTest(files);
    const { stdout, stderr } = await project.dorm(["shell", "-v", "3", "-c", "(await getConnection().execute('SELECT 7 AS n')).rows[0].n"]);
    expect(stdout).toBe("7\n");
    expect(stderr).toContain(`Configuration: ${project.root}/dorm.config.ts`);
    expect(stderr).toMatch(/SELECT 7 AS n -- \d+\.\d ms/);
  });

  it("writes no warning of Node's", async () => {
    const { stderr } = await projectForTest(files).dorm(["shell", "-c", "(await getConnection().execute('SELECT 1')).rowCount"]);
    expect(stderr).toBe("");
  });
});

describe("help", () => {
  it("explains every command with examples, and docs/cli.md has all of it", async () => {
    const project = projectForTest({});
    const page = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8");
    const names = [...(await project.output(["help"])).matchAll(/^ {2}([a-z][a-z-]+)(?:\|\w+)? /gm)].map(([, name = ""]) => name);
    expect(names.length).toBeGreaterThan(22);
    expect(names.filter((name) => !new RegExp(`^\\| \`${name}[ \`]`, "m").test(page))).toEqual([]);
    const commands = names.filter((name) => name !== "help");
    const helps = await Promise.all(commands.map((name) => project.output([name, "--help"])));
    for (const [index, help] of helps.entries()) {
      expect(help).toContain(`Usage: dorm ${commands[index]}`);
      expect(help).toMatch(/\nExamples:\n {2}\S/);
    }
    const flags = new Set(helps.flatMap((help) => [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag = ""]) => flag)));
    expect([...flags].filter((flag) => flag !== "--version" && !page.includes(flag))).toEqual([]);
  });
});
