/** What became of one call of a gateway, or of a message after all calls. */
export type Outcome =
  | {
      readonly kind: "delivered";
      /** Ids of people or departments that the gateway says it does not know; all others were told. */
      readonly unknown?: readonly string[];
    }
  | {
      /** It may work later. */
      readonly kind: "failed";
      readonly flaw: Flaw;
      /** The gateway wants no call for so long. */
      readonly pauseMs?: number;
    }
  | {
      /** It will not work until somebody changes something. */
      readonly kind: "refused";
      readonly flaw: Flaw;
    };

export interface Flaw {
  /** Short and the same each time: `errcode 45009`, `status 503`, `no answer in time`. */
  readonly reason: string;
  /** The gateway's own words, without secrets. */
  readonly said?: string;
}

export function failed(reason: string, said?: string, pauseMs?: number): Outcome {
  return { kind: "failed", flaw: flaw(reason, said), ...(pauseMs === undefined ? {} : { pauseMs }) };
}

export function refused(reason: string, said?: string): Outcome {
  return { kind: "refused", flaw: flaw(reason, said) };
}

function flaw(reason: string, said: string | undefined): Flaw {
  return said === undefined || said === "" ? { reason } : { reason, said };
}
