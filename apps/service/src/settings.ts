import { z } from "zod";

/** Where a service listens: HOST, loopback unless set, and PORT; 0 takes a free one. */
export function listening(defaultPort: number) {
  return {
    HOST: z.string().min(1).default("127.0.0.1"),
    PORT: z
      .string()
      .regex(/^\d{1,5}$/, "must be a port, 0 to 65535")
      .transform(Number)
      .pipe(z.number().max(65_535, "must be a port, 0 to 65535"))
      .default(defaultPort),
  };
}

/** Settings from the environment. What cannot be used is told all at once, and ends the process with 2. */
export function readSettings<Shape extends z.ZodRawShape>(shape: Shape, environment = process.env) {
  // An empty variable is how a unit file says "not set".
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const result = z.object(shape).safeParse(set);
  if (result.success) return result.data;
  for (const { path, message } of result.error.issues) {
    const name = path.join(".");
    const value = set[name];
    // Not the value itself: an address may hold a password.
    process.stderr.write(
      `error: variable ${name} ${value === undefined ? "is not set" : "cannot be used"}: ${message}\n`,
    );
  }
  return process.exit(2);
}
