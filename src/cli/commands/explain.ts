import { kinds } from "../../catalog/index.ts";
import { nearest } from "../../diagnostics/nearest.ts";
import { formatPath } from "../../diagnostics/path.ts";
import { explain, knownWords } from "../../explain/explain.ts";
import { listenersOf } from "../../model/checks/ports.ts";
import { type ExitCode, exit } from "../exit.ts";
import { load, placesOf } from "../load.ts";
import { printDocument, say } from "../output.ts";
import { codeFor, jsonHead, renderSummary, report } from "../report.ts";

/** Says where something comes from: the component that made it and the inventory lines behind it. */
export async function explainWhat(
  what: string,
  options: { readonly inventory: string; readonly json: boolean },
): Promise<ExitCode> {
  const { result, diagnostics, accepted, text, file } = await load(options.inventory);
  if (result === undefined) {
    if (options.json) {
      printDocument({ ...jsonHead("explain", diagnostics, accepted, codeFor(diagnostics, false)), explanations: [] });
      return codeFor(diagnostics, false);
    }
    report(diagnostics, {});
    say(`${file}: ${renderSummary(diagnostics)}; nothing can be explained before the errors are mended`);
    return codeFor(diagnostics, false);
  }
  const { model, signals, artifacts, panels, ownExpressions } = result;
  const byId = new Map(kinds.map((kind) => [kind.id, kind]));
  const world = {
    listeners: listenersOf(model, byId),
    model,
    signals,
    artifacts,
    own: ownExpressions,
    panels: panels.map(({ artifact, panel, expr, source }) => ({ path: artifact, title: panel, expr, source })),
  };
  const found = explain(what, world);
  const places = await placesOf(
    text,
    file,
    found.flatMap((each) => each.sources),
  );
  const lines = text.split("\n");
  const sourcesOf = (sources: (typeof found)[number]["sources"]) =>
    sources.flatMap((source) => {
      const place = places.get(formatPath(source));
      return place === undefined ? [] : [{ ...place, text: (lines[place.line - 1] ?? "").trim() }];
    });
  if (options.json) {
    const explanations = found.map(({ subject, facts, component, sources }) => ({
      subject,
      facts,
      component: component ?? null,
      sources: sourcesOf(sources).map(({ text: _, ...place }) => place),
    }));
    printDocument({ schema: 1, command: "explain", ok: found.length > 0, problems: [], explanations });
    return found.length > 0 ? exit.ok : exit.problem;
  }
  if (found.length === 0) {
    const near = nearest(what, knownWords(world));
    say(
      `stackwright: nothing is known by ${JSON.stringify(what)}; ${near === undefined ? "ask for a file, FILE:LINE, alert, panel, service, host, port or virtual IP" : `did you mean ${JSON.stringify(near)}?`}`,
    );
    return exit.problem;
  }
  for (const { subject, facts, component, sources } of found) {
    process.stdout.write(`${subject}\n`);
    for (const fact of facts) process.stdout.write(`  ${fact}\n`);
    if (component !== undefined) process.stdout.write(`  component: src/${component}\n`);
    for (const place of sourcesOf(sources))
      process.stdout.write(
        `  ${place.file}:${place.line}:${place.column}  ${place.path === "" ? "(the inventory)" : place.path}\n`,
      );
  }
  return exit.ok;
}
