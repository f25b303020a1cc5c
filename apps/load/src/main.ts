import { readOptions, usage } from "./options.ts";
import { run } from "./run.ts";

const options = readOptions(process.argv.slice(2), new Date());
if (options === "help") process.stdout.write(usage);
else if ("problem" in options) {
  process.stderr.write(`error: ${options.problem}\n\n${usage}`);
  process.exitCode = 2;
} else {
  const stop = new AbortController();
  // Once only: a second Ctrl-C ends it the hard way.
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());
  const started = performance.now();
  const results = await run(options, stop.signal);
  process.stdout.write(results.print((performance.now() - started) / 1000));
  if (results.users.arrived > 0 && results.succeeded === 0 && !stop.signal.aborted) {
    process.stderr.write(`error: no request to ${options.target.href} succeeded; is the gateway running there?\n`);
    process.exitCode = 1;
  }
}
