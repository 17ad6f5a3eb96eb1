/**
 * The floors of the house, from the top down. A folder imports only from itself and from floors below it;
 * files that share a floor (the loose ones at the bottom) may import each other.
 */
const floors = [
  ["cli"],
  ["contrib"],
  ["testing"],
  ["migrations"],
  ["query"],
  ["models"],
  ["fields"],
  ["storage"],
  ["cache"],
  ["engine"],
  ["drivers"],
  ["dialects"],
  ["sql"],
  ["values"],
  ["errors\\.ts", "suggestions\\.ts", "node-version\\.ts"],
  ["types"],
];

const pathsOf = (names) => `^src/(${names.map((name) => (name.endsWith(".ts") ? `${name}$` : `${name}/`)).join("|")})`;

/** One rule for each floor: it must not reach up. */
const upward = floors.slice(1).map((names, index) => ({
  name: `floor-${names[0].replace("\\.ts", "")}-reaches-up`,
  comment: "A folder imports only from folders below it (docs/decisions): move the piece down, or pass it in.",
  severity: "error",
  from: { path: pathsOf(names) },
  to: { path: pathsOf(floors.slice(0, index + 1).flat()) },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...upward,
    {
      name: "no-cycles",
      comment: "Modules that need each other are one module, or miss a third. Types may refer to each other.",
      severity: "error",
      from: { path: "^src/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "face-is-for-outsiders",
      comment: "src/index.ts is what a user imports; inside, import the piece itself.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(contrib|cli)/" },
      to: { path: "^src/index\\.ts$" },
    },
    {
      name: "contrib-as-a-third-party",
      comment: "An opt-in module uses only what any user can: the public face.",
      severity: "error",
      from: { path: "^src/contrib/([^/]+)", pathNot: "^src/contrib/[^/]+/migrations/" },
      to: { path: "^src/", pathNot: ["^src/index\\.ts$", "^src/storage/index\\.ts$", "^src/contrib/$1"] },
    },
    {
      name: "packaged-migrations-as-a-third-party",
      comment: "The migrations of an opt-in module are written as any other app's.",
      severity: "error",
      from: { path: "^src/contrib/[^/]+/migrations/" },
      to: { path: "^src/", pathNot: "^src/migrations/index\\.ts$" },
    },
    {
      name: "types-have-no-run-time",
      comment: "src/types is for the compiler only.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^src/types/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "drivers-only-in-their-folders",
      comment: "A database package is an optional peer: its own driver folder loads it, on first use.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/drivers/" },
      to: { path: "node_modules/(pg|better-sqlite3|mariadb|libsql|ioredis)/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "ships-without-development-packages",
      comment: "What ships must not import a development dependency.",
      severity: "error",
      from: { path: "^src/" },
      to: {
        dependencyTypes: ["npm-dev"],
        dependencyTypesNot: ["type-only", "npm-peer"],
      },
    },
    {
      name: "no-tests-in-what-ships",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|bench|examples)/" },
    },
    {
      name: "examples-as-a-user",
      comment: "Examples and benchmarks import the package by its name, as a user does.",
      severity: "error",
      from: { path: "^(bench|examples)/" },
      to: { path: "^src/", pathNot: "^src/(index|testing/index)\\.ts$" },
    },
    {
      name: "not-to-unresolvable",
      severity: "error",
      from: {},
      // what is built may not be there yet
      to: { couldNotResolve: true, pathNot: "/dist/" },
    },
  ],
  options: {
    doNotFollow: { path: "(node_modules|^dist)" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    skipAnalysisNotInRules: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
