/** Exit codes of every command. 1 wins over 3. */
export const exit = {
  /** Done, and nothing is wrong. */
  ok: 0,
  /** A problem was found, or a host failed. */
  problem: 1,
  /** Wrong usage. */
  usage: 2,
  /** Something needed is missing here: a tool, a right, a host that cannot be reached. */
  missing: 3,
} as const;

export type ExitCode = (typeof exit)[keyof typeof exit];
