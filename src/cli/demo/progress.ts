/** What a demo tells while it runs, a line each, with the seconds since its start. */
export interface Progress {
  readonly seconds: () => number;
  readonly doing: (text: string) => void;
  readonly done: (text: string) => void;
  readonly shown: (text: string, link: string) => void;
  readonly failed: (text: string) => void;
  readonly note: (text: string) => void;
  readonly address: (name: string, address: string) => void;
}

export function progressOf(say: (text: string) => void): Progress {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const line = (mark: string, text: string): void => say(`${seconds().toFixed(0).padStart(4)} s  ${mark} ${text}`);
  return {
    seconds,
    doing: (text) => line("…", text),
    done: (text) => line("✓", text),
    shown: (text, link) => {
      line("✓", text);
      say(`          ${link}`);
    },
    failed: (text) => line("✗", text),
    note: (text) => line(" ", text),
    address: (name, address) => say(`          ${name.padEnd(17)} ${address}`),
  };
}
