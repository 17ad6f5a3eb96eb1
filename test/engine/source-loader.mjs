import { registerHooks } from "node:module";

/** Imports of the sources end in `.js`, as those of what is shipped; Node strips the types of the `.ts` beside. */
registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith(".") && specifier.endsWith(".js") && context.parentURL?.endsWith(".ts")) {
      return next(specifier.replace(/\.js$/, ".ts"), context);
    }
    return next(specifier, context);
  },
});
