import { z } from "zod";
import type { Path } from "../diagnostics/path.ts";

type Schema = z.core.$ZodType;

/** What a schema says of one place of the input: the alternatives that are possible there, without their wrappers. */
export interface Expected {
  readonly alternatives: readonly Schema[];
  /** From the schema's `.meta()`, of the outermost that has one. */
  readonly description: string | undefined;
  readonly examples: readonly unknown[];
}

/** Follows a path into a schema. `input` is the whole input: its discriminators decide between unions. */
export function expectedAt(root: Schema | undefined, path: Path, input: unknown): Expected {
  let here: readonly Schema[] = root === undefined ? [] : [root];
  let value = input;
  for (const step of path) {
    here = here.flatMap((schema) => alternatives(schema, value)).flatMap((schema) => child(schema, step));
    value = own(value, step);
  }
  const metas = here.flatMap((schema) => wrappers(schema)).map((schema) => z.globalRegistry.get(schema) ?? {});
  const described = metas.find((meta) => meta.description !== undefined);
  const examples = metas.find((meta) => Array.isArray(meta["examples"]))?.["examples"];
  return {
    alternatives: here.flatMap((schema) => alternatives(schema, value)),
    description: described?.description,
    examples: Array.isArray(examples) ? examples : [],
  };
}

/** Keys that a map may have at a place, sorted. */
export function knownKeys({ alternatives }: Expected): readonly string[] {
  const keys = new Set<string>();
  for (const schema of alternatives) {
    if (schema instanceof z.core.$ZodObject) for (const key of Object.keys(schema._zod.def.shape)) keys.add(key);
    if (schema instanceof z.core.$ZodRecord)
      for (const key of schema._zod.def.keyType._zod.values ?? []) keys.add(String(key));
  }
  return [...keys].sort();
}

/** Bounds of a number, where both are there. */
export function numberBounds({ alternatives }: Expected): readonly [number, number] | undefined {
  for (const schema of alternatives) {
    let [low, high] = [Number.NaN, Number.NaN];
    for (const check of schema._zod.def.checks ?? []) {
      const { def } = check._zod;
      if (!("value" in def) || !("inclusive" in def) || def.inclusive !== true) continue;
      if (def.check === "greater_than") low = Number(def.value);
      if (def.check === "less_than") high = Number(def.value);
    }
    if (Number.isFinite(low) && Number.isFinite(high)) return [low, high];
  }
  return undefined;
}

/** The value under a key of its own; undefined where there is none. */
export function own(value: unknown, step: string | number): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, step)?.value;
}

function child(schema: Schema, step: string | number): readonly Schema[] {
  if (schema instanceof z.core.$ZodObject) {
    const field = own(schema._zod.def.shape, step);
    return field instanceof z.core.$ZodType
      ? [field]
      : schema._zod.def.catchall === undefined
        ? []
        : [schema._zod.def.catchall];
  }
  if (schema instanceof z.core.$ZodRecord && typeof step === "string") return [schema._zod.def.valueType];
  if (schema instanceof z.core.$ZodArray && typeof step === "number") return [schema._zod.def.element];
  return [];
}

/** A schema and what it wraps, the outermost first, down to the first that is no wrapper. */
function wrappers(schema: Schema): readonly Schema[] {
  const inner = unwrapped(schema);
  return inner === undefined ? [schema] : [schema, ...wrappers(inner)];
}

function unwrapped(schema: Schema): Schema | undefined {
  if (
    schema instanceof z.core.$ZodOptional ||
    schema instanceof z.core.$ZodNullable ||
    schema instanceof z.core.$ZodDefault ||
    schema instanceof z.core.$ZodPrefault ||
    schema instanceof z.core.$ZodCatch ||
    schema instanceof z.core.$ZodReadonly ||
    schema instanceof z.core.$ZodNonOptional
  ) {
    return schema._zod.def.innerType;
  }
  if (schema instanceof z.core.$ZodPipe) return schema._zod.def.in;
  if (schema instanceof z.core.$ZodLazy) return schema._zod.def.getter();
  return undefined;
}

function alternatives(schema: Schema, value: unknown): readonly Schema[] {
  const inner = unwrapped(schema);
  if (inner !== undefined) return alternatives(inner, value);
  if (schema instanceof z.core.$ZodIntersection) {
    return [...alternatives(schema._zod.def.left, value), ...alternatives(schema._zod.def.right, value)];
  }
  if (!(schema instanceof z.core.$ZodUnion)) return [schema];
  const options = schema._zod.def.options.flatMap((option) => alternatives(option, value));
  const matching = options.filter((option) => !contradicts(option, value));
  return matching.length === 0 ? options : matching;
}

/** True for an object schema with a literal that the value has otherwise: `kind: redis` against `kind: nginx`. */
function contradicts(schema: Schema, value: unknown): boolean {
  if (!(schema instanceof z.core.$ZodObject)) return false;
  return Object.entries(schema._zod.def.shape).some(([key, field]) => {
    const given = own(value, key);
    return (
      given !== undefined && field instanceof z.core.$ZodLiteral && !field._zod.def.values.some((one) => one === given)
    );
  });
}
