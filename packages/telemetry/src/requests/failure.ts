/** What was thrown, in words. */
export interface Failure {
  /** Name of the error's class; `Error` where something else was thrown. */
  readonly type: string;
  readonly message: string;
  /** Empty where there is none. */
  readonly stack: string;
}

/** Anything can be thrown, also what throws again when it is looked at. */
export function failureOf(thrown: unknown): Failure {
  try {
    if (!(thrown instanceof Error)) return { type: "Error", message: String(thrown), stack: "" };
    const { name, message, stack } = thrown;
    return { type: String(name), message: String(message), stack: stack ?? "" };
  } catch {
    return { type: "Error", message: "cannot be described", stack: "" };
  }
}
