import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { createCommand } from "../command.js";
import { UsageError } from "../failures.js";
import type { Session } from "../session.js";
import { packagesOf, projectFiles, TEMPLATE_NAMES, type TemplateName } from "../templates/project-files.js";

interface InitOptions {
  readonly template: TemplateName;
  readonly app: string;
}

function parseApp(name: string): string {
  if (/^[a-z][a-z0-9_]*$/.test(name)) return name;
  throw new InvalidArgumentError("An app is named like a folder and a table: small letters, digits and _, as in blog or web_shop.");
}

/** A name that npm takes, from a folder's. */
function packageName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+/, "");
  return name === "" ? "project" : name;
}

/** Whether the files beside a package.json are ES modules, as those of the templates are. */
function isModule(packageFile: string): boolean {
  // a file that is no JSON is for npm to complain of
  return /"type"\s*:\s*"module"/.test(readFileSync(packageFile, "utf8"));
}

/** `dorm init` */
export function initCommand(session: Session): Command {
  return createCommand(
    "init [folder]",
    "Begin a project that runs: configuration, an app with models, a program. Nothing is overwritten.",
    [
      ["dorm init", "in this folder, with the app blog"],
      ["dorm init shop --app orders", "in a new folder, with another app"],
      ["dorm init api --template fastify", "with a server of Fastify"],
    ],
  )
    .addOption(new Option("--template <template>", "what the program is").choices(TEMPLATE_NAMES).default("plain"))
    .option("--app <name>", "the app's folder", parseApp, "blog")
    .action((folder: string | undefined, options: InitOptions) => {
      const { terminal, directory } = session;
      const root = resolve(directory, folder ?? ".");
      if (existsSync(root) && !statSync(root).isDirectory()) throw new UsageError(`"${folder}" is a file, not a folder.`);
      const packageFile = join(root, "package.json");
      const hadPackage = existsSync(packageFile);
      const { green, dim, bold } = terminal.colors;
      for (const [path, content] of projectFiles(options.template, packageName(root), options.app)) {
        const file = join(root, path);
        if (existsSync(file)) {
          terminal.tell(`${dim("kept")}    ${path}`);
          continue;
        }
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content, { flag: "wx" });
        terminal.tell(`${green("created")} ${path}`);
      }
      const steps = [
        ...(root === directory ? [] : [`cd ${folder}`]),
        ...(hadPackage && !isModule(packageFile) ? ["npm pkg set type=module"] : []),
        hadPackage ? `npm install ${packagesOf(options.template).join(" ")}` : "npm install",
        "npx dorm makemigrations",
        "npx dorm migrate",
        options.template === "plain" ? "node main.ts" : "node server.ts",
      ];
      terminal.tell(`\n${bold("Next steps:")}\n${steps.map((step) => `  ${step}`).join("\n")}`);
    });
}
