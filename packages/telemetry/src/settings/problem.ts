/** A setting that cannot be obeyed: what is used in its stead is said. The application starts all the same. */
export interface SettingProblem {
  /** Environment variable or option. */
  readonly setting: string;
  readonly message: string;
}
