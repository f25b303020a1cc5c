import { load } from "js-yaml";
import { beforeAll, describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { printValue } from "../../src/artifact/yaml.ts";
import { kinds } from "../../src/catalog/index.ts";
import { compile } from "../../src/model/compile.ts";
import { parse } from "../../src/promql/parse.ts";
import { matcher, selectors } from "../../src/promql/rewrite.ts";
import { readEnvironmentFile } from "../artifact/systemd-reader.ts";
import { resultOf } from "../random/built.ts";
import { everyField } from "../random/every-field.ts";
import { cores, hostileValues } from "../random/hostile.ts";
import { fieldOf, hostileRound, type Round } from "../random/hostile-rounds.ts";
import { mapsOf, textsOf, withTexts } from "../random/leaves.ts";

const seeds = Array.from({ length: 57 }, (_, index) => index + 1);
/** Those whose files are looked at too. */
const built = seeds.slice(0, 12);

describe("a hostile value in any field of an inventory", () => {
  let rounds: readonly Round[] = [];
  beforeAll(() => {
    rounds = seeds.map(hostileRound);
  }, 60_000);

  it("is refused at its own place, and named unsafe where it could break out; more than 10,000 were tried", () => {
    expect(rounds.reduce((sum, { tried }) => sum + tried, 0)).toBeGreaterThan(10_000);
    expect(rounds.flatMap(({ astray }) => astray)).toEqual([]);
    expect(rounds.flatMap(({ unnamed }) => unnamed)).toEqual([]);
  });

  it("is accepted in fields of free text only, where it breaks out of nothing", () => {
    const free = rounds.flatMap(({ accepted }) =>
      [...accepted].filter(([, value]) => /["'`;{}$#\\]/.test(value)).map(([path]) => fieldOf(JSON.parse(path))),
    );
    expect([...new Set(free)].sort()).toEqual([
      "accept.*",
      "alerting.receivers.*.accept.*",
      "hosts.*.labels.*",
      "labels.*",
      "logging.accept.*",
      "owners.*.accept.*",
      "segments.*.accept.*",
      "services.*.accept.*",
      "services.*.hosts.*.labels.*",
      "services.*.labels.*",
      "services.*.logs.*.multiline",
      "services.*.nginx.waf.exclusions.*.reason",
    ]);
    const control = rounds.flatMap(({ accepted }) =>
      [...accepted.values()].filter((value) => /[\p{Cc}\u2028\u202e]/u.test(value)),
    );
    expect(control).toEqual([]);
  });

  it("stands in the generated files as exactly that value, and changes nothing else", () => {
    const places = built.map((seed, index) => {
      const found = differences(rounds[index]?.accepted ?? new Map());
      expect([seed, found.wrong]).toEqual([seed, []]);
      return found.places;
    });
    expect(places.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(500);
  });

  it("never gets into an alert's labels or annotations, where it could become a template", () => {
    for (const { accepted } of rounds.slice(0, built.length)) {
      const { artifacts } = resultOf(withTexts(everyField, accepted));
      const texts = artifacts
        .filter(({ path }) => /^alerts\/[^/]+\.yml$/.test(path))
        .flatMap(({ content }) => textsOf(load(content)))
        .filter(({ path }) => path.includes("labels") || path.includes("annotations"));
      const templates = [...accepted.values()].filter((value) => /\{\{|\$/.test(value));
      expect(texts.filter(({ text }) => templates.some((value) => text.includes(value)))).toEqual([]);
    }
  });

  it("never decides where a file goes", () => {
    for (const { accepted } of rounds.slice(0, built.length))
      for (const { path, installs } of resultOf(withTexts(everyField, accepted)).artifacts)
        for (const each of [`/${path}`, ...installs.map((install) => install.path)])
          expect(each).toMatch(/^(\/(?!\.\.?\/)[A-Za-z0-9._@+-]+)+$/);
  });

  it("is refused as a name in every map", () => {
    const open: string[] = [];
    const fields = new Map(mapsOf(everyField).map((map) => [fieldOf([...map.path, 0]), map]));
    expect(fields.size).toBeGreaterThan(60);
    for (const { path, keys } of fields.values())
      for (const value of [
        "-oProxyCommand=x",
        "root;reboot",
        "../../etc/cron.d/x",
        "a\nb",
        '"} or vector(1) #',
        "{{ .X }}",
      ]) {
        const changed = renamed(everyField, path, keys.findLast((key) => key !== "kind") ?? "", value);
        const errors = compile(changed, kinds).problems.filter(({ severity }) => severity === "error");
        const here = errors.filter((problem) => JSON.stringify(problem.path) === JSON.stringify([...path, value]));
        if (here.length === 0) open.push(`${path.join(".")}: ${value}`);
        else if (/[;\n"{]/.test(value) && !here.some(({ code }) => code === "unsafe-value"))
          open.push(`${path.join(".")}: ${here[0]?.code} ${value}`);
      }
    expect(open).toEqual([]);
  });
});

describe("a hostile text", () => {
  const values = [...cores, ...hostileValues(10_000, 7)];

  it("comes back from the YAML and JSON that we print as it was, for two readers of YAML", () => {
    const value = { list: values, map: Object.fromEntries(values.map((text, index) => [`k${index}`, text])) };
    const yaml = printValue(value);
    expect(load(yaml)).toEqual(value);
    expect(parseYaml(yaml, { version: "1.1" })).toEqual(value);
    expect(JSON.parse(JSON.stringify(value))).toEqual(value);
  });

  it("is one label value of a selector, and cannot end it", () => {
    const wrong = values.filter((value) => {
      const expr = `up{${matcher("rack", "=", value)}} == 0`;
      const [selector, ...more] = selectors(expr);
      const [only, ...others] = selector?.matchers ?? [];
      return !parse(expr).ok || more.length > 0 || others.length > 0 || only?.value !== value;
    });
    expect(wrong).toEqual([]);
  });
});

/** The inventory with one key of one map called otherwise. */
function renamed(value: unknown, path: readonly (string | number)[], from: string, to: string): unknown {
  const [step, ...rest] = path;
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? renamed(item, rest, from, to) : item));
  if (typeof value !== "object" || value === null) return value;
  const rename = (key: string, inner: unknown): readonly [string, unknown] => {
    if (step === undefined) return [key === from ? to : key, inner];
    return [key, key === step ? renamed(inner, rest, from, to) : inner];
  };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => rename(key, inner)));
}

/**
 * What differs between the files for the accepted values, and those for plain words in the same fields with the values
 * put in for the words. Every file is read by a parser of its format, or line by line.
 */
function differences(accepted: ReadonlyMap<string, string>): {
  readonly wrong: readonly string[];
  readonly places: number;
} {
  // A value that is a plain name already is no attack.
  const attacks = new Map([...accepted].filter(([, value]) => /[^\w.-]/.test(value)));
  const words = new Map([...new Set(attacks.values())].map((value, index) => [`zq${index}zq`, value]));
  const wordOf = new Map([...words].map(([word, value]) => [value, word]));
  const plain = new Map([...attacks].map(([path, value]) => [path, wordOf.get(value) ?? ""]));
  const theirs = resultOf(withTexts(everyField, attacks)).artifacts;
  const ours = resultOf(withTexts(everyField, plain)).artifacts;
  const wrong: string[] = [];
  let places = 0;
  const put = (text: string): string =>
    text.replaceAll(/zq\d+zq/g, (word) => {
      places += 1;
      return words.get(word) ?? word;
    });
  if (theirs.length !== ours.length) wrong.push(`${theirs.length} files, not ${ours.length}`);
  for (const [index, artifact] of ours.entries()) {
    const other = theirs[index];
    const read = readerOf(artifact.path);
    const expected = textsOf(read(artifact.content)).map(({ path, text }) => ({ path, text: put(text) }));
    const found = other === undefined ? [] : textsOf(read(other.content));
    const differing = expected.find(({ path, text }, at) => {
      const one = found[at];
      return one === undefined || JSON.stringify(one.path) !== JSON.stringify(path) || one.text !== text;
    });
    if (other?.path !== artifact.path) wrong.push(`${other?.path} stands where ${artifact.path} should`);
    else if (differing !== undefined || expected.length !== found.length)
      wrong.push(`${artifact.path}: ${JSON.stringify(differing ?? "more than expected")}`);
  }
  return { wrong, places };
}

function readerOf(path: string): (content: string) => unknown {
  if (path.endsWith(".json")) return JSON.parse;
  if (/\.ya?ml$/.test(path)) return load;
  if (path.endsWith(".env")) return readVariables;
  return (content) => content.split("\n");
}

/** Variables as systemd reads them, and attributes in one as OpenTelemetry does. */
function readVariables(content: string): unknown {
  const { OTEL_RESOURCE_ATTRIBUTES: attributes = "", ...others } = readEnvironmentFile(content);
  return { ...others, attributes: attributes.split(",").map((each) => each.split("=").map(decodeURIComponent)) };
}
