/** Nothing can be written or read now, and it is the machine's doing; the text says why. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}
