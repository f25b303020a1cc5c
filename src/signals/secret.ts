import { inspect } from "node:util";

/**
 * Where a secret comes from; never its value. `env` and `file` are read on the controller and written to the host,
 * `host_file` is there already.
 */
export type SecretRef =
  | { readonly from: "env"; readonly name: string }
  | { readonly from: "file"; readonly path: string }
  | { readonly from: "host_file"; readonly path: string };

const mask = "[secret]";

/** A secret's value on its way to the one place that needs it. Every form of printing it gives a mask. */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  /** The value itself; only `io/` calls this. */
  reveal(): string {
    return this.#value;
  }
  toString(): string {
    return mask;
  }
  toJSON(): string {
    return mask;
  }
  [inspect.custom](): string {
    return mask;
  }
}
