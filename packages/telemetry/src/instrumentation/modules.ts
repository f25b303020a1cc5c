/**
 * Every module that is patched when the application loads it, by whomever. `import` is watched for these names only,
 * so a patch for a module that is not here has no effect on applications in ESM.
 */
export const patchableModules: readonly string[] = [
  "pino",
  "express",
  "ws",
  "mysql2",
  "mysql2/promise",
  "redis",
  "@redis/client",
];
