/**
 * Where a secret comes from; never its value. `env` and `file` are read on the controller and written to the host,
 * `host_file` is there already.
 */
export type SecretRef =
  | { readonly from: "env"; readonly name: string }
  | { readonly from: "file"; readonly path: string }
  | { readonly from: "host_file"; readonly path: string };
