import { type Html, html } from "../../page/html.ts";

/** A field of a search form, with what it holds now. */
export type FormField = { readonly name: string; readonly label: string } & (
  | { readonly type: "text"; readonly value: string; readonly hint: string; readonly isWide?: boolean }
  | {
      readonly type: "choice";
      readonly value: string;
      readonly choices: readonly (readonly [value: string, text: string])[];
    }
  | { readonly type: "check"; readonly isOn: boolean }
);

/** A form that asks by GET, so that what is found can be linked to. */
export function drawForm(action: string, fields: readonly FormField[]): Html {
  return html`<form method="get" action="${action}" role="search">${fields.map(drawField)}<button>Search</button></form>`;
}

/** Times up to now that a search can be narrowed to. */
export const sinceChoices = [
  ["", "any time"],
  ["5m", "last 5 minutes"],
  ["15m", "last 15 minutes"],
  ["1h", "last hour"],
  ["6h", "last 6 hours"],
  ["1d", "last day"],
] as const;

function drawField(field: FormField): Html {
  switch (field.type) {
    case "text":
      return html`<label${field.isWide === true ? html` class="wide"` : undefined}>${field.label}<input name="${field.name}" value="${field.value}" placeholder="${field.hint}" autocomplete="off" spellcheck="false"></label>`;
    case "choice": {
      const isKnown = field.choices.some(([value]) => value === field.value);
      const choices = isKnown ? field.choices : [...field.choices, [field.value, field.value] as const];
      return html`<label>${field.label}<select name="${field.name}">${choices.map(
        ([value, text]) =>
          html`<option value="${value}"${value === field.value ? html` selected` : undefined}>${text}</option>`,
      )}</select></label>`;
    }
    case "check":
      return html`<label class="check"><input type="checkbox" name="${field.name}" value="true"${field.isOn ? html` checked` : undefined}>${field.label}</label>`;
  }
}
