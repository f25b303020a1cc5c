import type { Path } from "../../diagnostics/path.ts";
import type { SecretRef } from "../../signals/secret.ts";

/** Variables and the inventory path behind them. */
export interface Setting {
  readonly variables: Readonly<Record<string, string>>;
  readonly source: Path;
}

/** A secret that the application reads from a file, which a variable names. */
export interface Credential {
  readonly variable: string;
  /** Name of the file that the application sees. */
  readonly id: string;
  readonly from: SecretRef;
  /** Inventory path of the reference. */
  readonly source: Path;
}

/** What one concern, traces or logs, needs of an instance. */
export interface AppNeeds {
  readonly settings: readonly Setting[];
  readonly credentials: readonly Credential[];
  /** Folder of its own under /var/lib. */
  readonly state?: string;
}
