/** Goes over the series of a metric in the order of their first use, those made meanwhile included. */
export class SeriesCursor<S extends { readonly labels: string; readonly braced: string }> {
  /** Where it stands; undefined before the first and after the last. */
  protected series: S | undefined;
  readonly #all: readonly S[];
  #at = -1;

  constructor(all: readonly S[]) {
    this.#all = all;
  }

  next(): boolean {
    this.series = this.#all[++this.#at];
    return this.series !== undefined;
  }

  get labels(): string {
    return this.series?.labels ?? "";
  }

  get braced(): string {
    return this.series?.braced ?? "";
  }
}
