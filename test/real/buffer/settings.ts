/** What an application of these tests is told. */
export interface AppSettings {
  readonly directory: string;
  readonly url: string;
  /** Stands in each line. */
  readonly name: string;
  readonly lines: number;
  readonly end: "exit" | "throw" | "natural" | "sigterm" | "drain" | "kill" | "fill";
  readonly fast?: boolean;
  readonly maxDiskBytes?: number;
}

/** The test and its application are one program: the first key tells all. */
export function isAppSettings(value: unknown): value is AppSettings {
  return typeof value === "object" && value !== null && "directory" in value;
}
