/** What a bench needs to know. */
export interface Bench {
  /** `main.js` of a fresh bundle. */
  readonly main: string;
  /** The checkout. */
  readonly root: string;
  /** An empty folder for what is written. */
  readonly folder: string;
  /** Counted runs of each command. */
  readonly runs: number;
  /** Others use the machine: times are then no verdict, ratios are. */
  readonly isBusy: boolean;
  /** How much longer Node alone takes to start here than where the goals were set. */
  readonly pace: number;
}

/** One bench: it returns what is printed. */
export interface Case {
  readonly name: string;
  readonly about: string;
  readonly run: (bench: Bench) => Promise<string>;
}
