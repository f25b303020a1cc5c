import type { Kind } from "./kind.ts";

/** Every kind, sorted by id. */
export const kinds: readonly Kind[] = [];
