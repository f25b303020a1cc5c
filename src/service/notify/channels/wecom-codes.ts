import type { Codes } from "./errcode.ts";

/**
 * -1 and 6000 are worth another try; 45009, 45011 and 45033 are too many calls. All others stay as they are until
 * somebody acts: 40001 (wrong secret), 60020 (this host's address is not on the application's list), 81013 (nobody there
 * or allowed).
 * Source: https://developer.work.weixin.qq.com/document/path/90313
 */
export const wecomCodes: Codes = { busy: new Set([-1, 6000]), limited: new Set([45009, 45011, 45033]) };
