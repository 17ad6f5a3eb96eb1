import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { builtPackage } from "./built-package.js";

/** How a command ended, and what it wrote. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** A folder of the project to call it in. */
  readonly folder?: string;
}

/** A project in a folder of its own. */
export class Project {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "dorm-cli-")));
  readonly #package = builtPackage();
  readonly #env: Readonly<Record<string, string>>;

  constructor(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
    this.#env = env;
    mkdirSync(join(this.root, "node_modules"));
    symlinkSync(this.#package, join(this.root, "node_modules/dorm"));
    this.write(files);
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.root, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  list(path: string): string[] {
    return this.has(path) ? readdirSync(join(this.root, path)).sort() : [];
  }

  /** Runs `dorm` with these words. */
  dorm(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    return this.node([join(this.#package, "dist/cli/main.js"), ...args], options);
  }

  /** Runs Node. */
  node(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    // the runner leaves marks in the environment by which a child would take itself for part of this run
    const inherited = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_|TEST$|DORM_|FORCE_COLOR|NO_COLOR)/.test(name));
    const child = spawn(process.execPath, args, {
      cwd: join(this.root, options.folder ?? "."),
      env: { ...Object.fromEntries(inherited), ...this.#env, ...options.env },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.stdin.end(options.input ?? "");
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, stdout, stderr }));
    });
  }

  /** Runs `dorm` and gives what it printed; a failure of the command is one of the test. */
  async output(args: readonly string[], options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.dorm(args, options);
    if (code !== 0) throw new Error(`dorm ${args.join(" ")} ended with ${code}:\n${stderr}${stdout}`);
    return stdout;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A project that goes away with the test. */
export function projectForTest(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): Project {
  const project = new Project(files, env);
  onTestFinished(() => project.remove());
  return project;
}

/** A configuration whose database the environment may name. */
export const CONFIG = `import { defineConfig } from "dorm";
export default defineConfig({ databases: { default: process.env.DATABASE_URL ?? "sqlite:///db.sqlite3" } });
`;

/** Two models with a foreign key and a many-to-many relation. */
export const BLOG = `import { CASCADE, CharField, ForeignKey, IntegerField, ManyToManyField, Model } from "dorm";
export class Tag extends Model<Tag>("blog.Tag")({ name: CharField({ maxLength: 20, unique: true }) }) {}
export class Author extends Model<Author>("blog.Author")({ name: CharField({ maxLength: 40 }), age: IntegerField({ null: true }) }) {}
export class Book extends Model<Book>("blog.Book")({
  title: CharField({ maxLength: 80 }),
  author: ForeignKey(() => Author, { onDelete: CASCADE }),
  tags: ManyToManyField(() => Tag),
}) {}
`;
