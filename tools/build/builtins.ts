import { isBuiltin } from "node:module";
import type { Plugin } from "rolldown";

const mark = "\0builtin:";
const requiredMark = "\0required-builtin:";

/**
 * Node's own modules are taken from `process.getBuiltinModule` and not imported: an import reads every property of the
 * module, and with some that opens streams or loads other modules (`process`, `fs`, `child_process`), which takes a
 * third of the time of `--help`. Each importer has a copy of its own, so that none becomes a shared chunk. What is
 * required and not imported is the module itself: CommonJS calls and inherits from what it gets.
 */
export const builtins: Plugin = {
  name: "builtins",
  resolveId: (source, importer, { kind }) => {
    if (!isBuiltin(source)) return null;
    return `${kind === "require-call" ? requiredMark : mark}${source}?${importer}`;
  },
  load: async (id) => {
    if (id.startsWith(requiredMark)) {
      const required = id.slice(requiredMark.length, id.indexOf("?"));
      return `module.exports = process.getBuiltinModule(${JSON.stringify(required)});`;
    }
    if (!id.startsWith(mark)) return null;
    const name = id.slice(mark.length, id.indexOf("?"));
    const keys = Object.keys(await import(name)).filter((key) => key !== "default" && /^[A-Za-z_$][\w$]*$/.test(key));
    return {
      code: [
        `const builtin = process.getBuiltinModule(${JSON.stringify(name)});`,
        "export default builtin;",
        ...keys.map((key) => `const _${key} = builtin.${key}; export { _${key} as ${key} };`),
      ].join("\n"),
      moduleSideEffects: false,
    };
  },
};
