import { createRequire } from "node:module";
import { join } from "node:path";
import { ImproperlyConfigured } from "../errors.js";

function isMissing(error: unknown, name: string): boolean {
  return error instanceof Error && Reflect.get(error, "code") === "MODULE_NOT_FOUND" && error.message.includes(`'${name}'`);
}

/**
 * Loads a driver's package on first use: from beside dorm, else from the project in the working directory.
 *
 * @param name - the package
 * @param forWhat - what needs it, for the error
 * @throws ImproperlyConfigured with the line to run when it is not installed
 */
export function loadPackage(name: string, forWhat: string): unknown {
  // a bundle of CommonJS has no URL of its own
  const own: string | undefined = import.meta.url;
  for (const from of [...(own === undefined ? [] : [own]), join(process.cwd(), "package.json")]) {
    try {
      return createRequire(from)(name);
    } catch (cause) {
      if (!isMissing(cause, name)) {
        throw new ImproperlyConfigured(`The package "${name}", which ${forWhat} needs, does not load: ${String(cause)}`, {
          code: "driver_package",
          cause,
        });
      }
    }
  }
  throw new ImproperlyConfigured(`${forWhat} needs the package "${name}", which is not installed. Run: npm install ${name}`, {
    code: "driver_package",
  });
}
