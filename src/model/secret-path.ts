import type { Path } from "../diagnostics/path.ts";
import type { SecretRef } from "../signals/secret.ts";

const folder = "/etc/stackwright/secrets";

/** Name of a secret, fit to be a file name: the inventory path at which it stands, `alerting.receivers.mail.email.password`. */
export function secretId(path: Path): string {
  return path.join(".");
}

/**
 * Where a daemon finds the secret on its host: under `/etc/stackwright/secrets/` by the inventory path of the
 * reference; a `host_file` stays where it is.
 */
export function secretPath(ref: SecretRef, path: Path): string {
  return ref.from === "host_file" ? ref.path : `${folder}/${secretId(path)}`;
}

/** A secret that a host needs, for the manifest; the value is read on the controller when it is applied. */
export interface HostSecret {
  readonly host: string;
  /** Absolute path on the host. */
  readonly path: string;
  /** `USER:GROUP` of the daemon that reads it. */
  readonly owner: string;
  readonly from: SecretRef;
  /** Inventory path of the reference. */
  readonly source: Path;
}
