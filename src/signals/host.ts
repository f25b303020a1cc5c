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
  /** Debian's name of it, without `.service`. */
  readonly name: string;
  /** Command line flags, where we set them. */
  readonly flags?: readonly string[];
}

/** A package that has to be installed; names by family of the host's system. */
export interface Package {
  readonly debian?: string;
  readonly rhel?: string;
  readonly windows?: string;
  /** Where it comes from, when the distribution has none. */
  readonly source?: string;
}

/** A file on the hosts of a service, with its content already printed. */
export interface HostFile {
  /** Absolute path on the host. */
  readonly path: string;
  readonly content: string;
  readonly mode?: number;
  /** `USER:GROUP`, `root:root` unless said. */
  readonly owner?: string;
  /** What is to be reloaded when it changes: a unit name. */
  readonly reload?: string;
}
