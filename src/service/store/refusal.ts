/** A request that cannot be taken, and why, for its sender. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  /** 400 it is not readable, 413 it is too much at once. */
  readonly status: 400 | 413;

  constructor(status: Refusal["status"], message: string) {
    super(message);
    this.status = status;
  }
}
