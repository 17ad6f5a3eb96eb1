import { packageVersion } from "../package-version.js";
import { fastifyServer, honoServer, plainProgram } from "./programs.js";

/** What the project's program is made of. */
export type TemplateName = "plain" | "fastify" | "hono";

interface Template {
  readonly file: string;
  readonly program: (app: string) => string;
  /** Packages besides dorm, with the versions that the program was written for. */
  readonly dependencies: Readonly<Record<string, string>>;
}

const TEMPLATES: Readonly<Record<TemplateName, Template>> = {
  plain: { file: "main.ts", program: plainProgram, dependencies: {} },
  fastify: { file: "server.ts", program: fastifyServer, dependencies: { fastify: "^5.0.0" } },
  hono: { file: "server.ts", program: honoServer, dependencies: { hono: "^4.0.0", "@hono/node-server": "^1.0.0" } },
};

export const TEMPLATE_NAMES = Object.keys(TEMPLATES);

const CONFIG = `import { defineConfig } from "dorm";

export default defineConfig({
  databases: {
    // Three slashes: relative to this folder. For PostgreSQL: postgresql://user:password@localhost:5432/name (npm install pg)
    default: process.env.DATABASE_URL ?? "sqlite:///db.sqlite3",
  },
});
`;

const models = (
  app: string,
): string => `import { CASCADE, CharField, DateTimeField, EmailField, ForeignKey, Model, ReverseRelation, TextField } from "dorm";

export class Author extends Model<Author>("${app}.Author")({
  name: CharField({ maxLength: 100 }),
  email: EmailField({ unique: true }),
  get posts() {
    return ReverseRelation(() => Post, "author");
  },
}) {}

export class Post extends Model<Post>("${app}.Post")(
  {
    title: CharField({ maxLength: 200 }),
    body: TextField({ default: "" }),
    author: ForeignKey(() => Author, { onDelete: CASCADE, relatedName: "posts" }),
    publishedAt: DateTimeField({ autoNowAdd: true }),
  },
  { ordering: ["-publishedAt"] },
) {}
`;

const TSCONFIG = `{
  "compilerOptions": {
    "target": "ES2022",
    "lib": ["ES2023", "ESNext.Disposable"],
    "module": "NodeNext",
    "moduleResolution": "NodeNext",
    "types": ["node"],
    "strict": true,
    "skipLibCheck": true,
    "noEmit": true,
    "erasableSyntaxOnly": true,
    "allowImportingTsExtensions": true
  },
  "exclude": ["node_modules"]
}
`;

const GITIGNORE = "node_modules/\ndb.sqlite3*\n";

function packageJson(name: string, template: Template): string {
  const description = {
    name,
    private: true,
    type: "module",
    scripts: { start: `node ${template.file}`, migrate: "dorm migrate" },
    dependencies: { dorm: `^${packageVersion()}`, ...template.dependencies },
    devDependencies: { "@types/node": "^24.0.0", typescript: "^6.0.0" },
  };
  return `${JSON.stringify(description, null, 2)}\n`;
}

/** What `npm install` needs where the project has its package.json already. */
export function packagesOf(template: TemplateName): readonly string[] {
  return ["dorm", ...Object.keys(TEMPLATES[template].dependencies)];
}

/**
 * The files of a new project.
 *
 * @param template - what its program is
 * @param name - of the package
 * @param app - the folder of its models
 * @returns contents by path
 */
export function projectFiles(template: TemplateName, name: string, app: string): ReadonlyMap<string, string> {
  const chosen = TEMPLATES[template];
  return new Map([
    ["package.json", packageJson(name, chosen)],
    ["tsconfig.json", TSCONFIG],
    [".gitignore", GITIGNORE],
    ["dorm.config.ts", CONFIG],
    [`${app}/models.ts`, models(app)],
    [chosen.file, chosen.program(app)],
  ]);
}
