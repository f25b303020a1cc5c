/** How much an inventory may ask of its reader; what is beyond is `yaml-limits`. */
export const limits = {
  /** 5 MiB of UTF-8. A thousand hosts take less than one. */
  bytes: 5 * 1024 * 1024,
  /** Uses of anchors, not anchors. */
  aliases: 100,
  /** Maps and lists inside each other, also through aliases. */
  depth: 64,
  /** Values that aliases may repeat in all: a hundred aliases can otherwise stand for billions of values. */
  repeatedValues: 100_000,
} as const;
