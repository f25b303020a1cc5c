import type { Path } from "../diagnostics/path.ts";
import type { SecretRef } from "./secret.ts";

/** Log lines of an instance: where they stand and how they are read. */
export interface LogSource {
  /** Name within the kind, `access`, `error`, `slow`; the data set is KIND.NAME. */
  readonly name: string;
  readonly path: string;
  /** `json`, `ecs` or a named format of the kind. */
  readonly parser: string;
  /** Regular expression that begins a record, where records span lines. */
  readonly multiline?: string;
}

/** A systemd unit that has to run on the hosts of a service. */
export interface Unit {
  /** Debian's name of it, without `.service`. On other systems ours has the same. */
  readonly name: string;
  /** Red Hat's name, where its package has another one. */
  readonly rhel?: string;
  /** Command line flags, where we set them, the same on all hosts; those of `listen` and `gossip` stand before them. */
  readonly flags?: readonly string[];
  /** Where it listens for Prometheus and the rest of the stack; its addresses follow from the host. */
  readonly listen?: Listen;
  /** Instances that talk with each other: their flags differ from host to host. */
  readonly gossip?: Gossip;
  /** Units that are started before it where they are on the same host, because it asks them. */
  readonly after?: readonly string[];
  /** Variables beside the flags; of a unit that its vendor's package brings, all that we set. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Variables that have a secret in them. */
  readonly secretVariables?: readonly SecretVariable[];
  /** Secrets that it reads from files whose names it is told by flags. */
  readonly secretFiles?: readonly { readonly flag: string; readonly from: SecretRef; readonly source: Path }[];
  /** Secrets whose files it reads itself, as this user. */
  readonly secrets?: readonly { readonly owner: string; readonly from: SecretRef; readonly source: Path }[];
  /** Units that we start have it: what our own unit file says where no package brings one. */
  readonly own?: OwnUnit;
}

export interface Listen {
  /** Flag, or variable of `env`, that takes the address. */
  readonly flag: string;
  /** Behind the address; none where the flag takes an address only. */
  readonly port?: number;
  /** It answers on loopback too, or only there, and takes the flag several times. */
  readonly loopback?: "too" | "only";
}

/** Flags by which an instance is told where it listens for the others, and who they are. */
export interface Gossip {
  /** Takes `ADDRESS:PORT`; empty where the instance is alone. */
  readonly listenFlag: string;
  /** The address that it tells the others. */
  readonly advertiseFlag: string;
  /** Once for each of the others. */
  readonly peerFlag: string;
  readonly port: number;
}

/** A variable whose value is a secret, or has it between two texts. The secret's file is read when the unit starts. */
export interface SecretVariable {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly from: SecretRef;
  /** Inventory path of the reference. */
  readonly source: Path;
}

export interface OwnUnit {
  readonly description: string;
  /** Program and first arguments; a name without a path is looked for in /usr/local/bin and /usr/bin. */
  readonly program: readonly string[];
  /** System user, made by sysusers.d. */
  readonly user: "prometheus" | "stackwright" | "root";
  /** Debian and Ubuntu have no package of it either, or only one whose unit we do not use. */
  readonly everywhere?: true;
  /** It re-reads its config on SIGHUP. */
  readonly reloads?: true;
  /** Folder of its own under /var/lib. */
  readonly state?: string;
  /** Groups whose files it reads. */
  readonly groups?: readonly string[];
  /** It needs nothing but the network, its state and files that everybody reads: everything else is closed. */
  readonly confined?: true;
}

/** A package that has to be installed; names by family of the host's system. */
export interface Package {
  readonly debian?: string;
  readonly rhel?: string;
  readonly windows?: string;
  /** Where it comes from, when the distribution has none. */
  readonly source?: string;
  /** The repository that has it under these names: the distribution has none, or one that is too old. */
  readonly repository?: string;
}

/** A file on the hosts of a service, with its content already printed. */
export interface HostFile {
  /** Absolute path on the host. */
  readonly path: string;
  readonly content: string;
  readonly mode?: number;
  /** `USER:GROUP`, `root:root` unless said. */
  readonly owner?: string;
  /** The unit that is reloaded when it changes. */
  readonly reload?: string;
  /** Units that are restarted when it changes, because they read it only when they start. */
  readonly restart?: readonly string[];
}
