import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

// vitest brings a bundler with it
const viteModule = createRequire(createRequire(import.meta.url).resolve("vitest/package.json")).resolve("vite");

interface BundleOptions {
  /** Where the program's own files are, and where the bundle goes. */
  readonly folder: string;
  /** The file that the bundle begins with. */
  readonly entry: string;
  readonly format: "es" | "cjs";
  /** The name of the one file that is written. */
  readonly file: string;
  readonly minify?: boolean;
}

/** Puts a program and all that it imports into one file. */
export async function buildBundle({ folder, entry, format, file, minify = false }: BundleOptions): Promise<void> {
  // the module's own types are not a dependency of this package
  const { build } = (await import(pathToFileURL(viteModule).href)) as { build(config: object): Promise<unknown> };
  await build({
    configFile: false,
    root: folder,
    logLevel: "silent",
    ssr: { noExternal: true },
    // as esbuild leaves it there
    define: format === "cjs" ? { "import.meta.url": "undefined" } : {},
    build: {
      ssr: entry,
      outDir: folder,
      emptyOutDir: false,
      minify,
      target: "es2022",
      rolldownOptions: { output: { format, entryFileNames: file, codeSplitting: false } },
    },
  });
}
