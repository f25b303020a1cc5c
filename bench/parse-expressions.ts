import { readFileSync } from "node:fs";
import { parser } from "@prometheus-io/lezer-promql";
import { readExpressions } from "./expressions.ts";

// Parses the expressions of the file that is named, in a process that has parsed none before, and prints the milliseconds.
const [file = ""] = process.argv.slice(2);
const expressions = readExpressions(readFileSync(file, "utf8"));
const started = performance.now();
for (const expression of expressions) parser.parse(expression);
process.stdout.write(`${performance.now() - started}\n`);
