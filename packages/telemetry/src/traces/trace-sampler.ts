import { isSpanContextValid, TraceFlags, trace } from "@opentelemetry/api";
import {
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace";
import type { SamplerSettings } from "../settings/sampler.ts";

const yes: SamplingResult = { decision: SamplingDecision.RECORD_AND_SAMPLED };
const locally: SamplingResult = { decision: SamplingDecision.RECORD };
const no: SamplingResult = { decision: SamplingDecision.NOT_RECORD };

/**
 * The sampler that the settings ask for. Traces that a ratio leaves out are recorded in this process while `isRecorded`
 * or where they begin here, so that failed ones can be kept.
 */
export function createSampler(settings: SamplerSettings, isRecorded: (traceId: string) => boolean): Sampler {
  const { kind, parentBased, ratio } = settings;
  const byRatio = new TraceIdRatioBasedSampler(ratio);
  const keepErrors = keepsErrors(settings);
  return {
    shouldSample(context, traceId) {
      const parent = trace.getSpanContext(context);
      const hasParent = parent !== undefined && isSpanContextValid(parent);
      if (parentBased && hasParent) {
        if ((parent.traceFlags & TraceFlags.SAMPLED) !== 0) return yes;
      } else if (kind === "always_on") return yes;
      else if (kind === "ratio" && byRatio.shouldSample(context, traceId).decision !== SamplingDecision.NOT_RECORD)
        return yes;
      if (!keepErrors) return no;
      const beginsHere = !hasParent || parent.isRemote === true;
      return beginsHere || isRecorded(traceId) ? locally : no;
    },
    toString: () => `${parentBased ? "ParentBased " : ""}${kind}${kind === "ratio" ? ` ${ratio}` : ""}`,
  };
}

/** Whether the local rule has anything to do. */
export function keepsErrors({ kind, ratio, keepErrors }: SamplerSettings): boolean {
  return kind === "ratio" && ratio < 1 && keepErrors;
}
