export interface Hearing {
  message(channel: string): void;
  faults(): void;
  presence(): void;
  views(): void;
  /** The workspace is there, at first or again. */
  found(): void;
  lost(): void;
}

const retryAfter = 1000;

/** Calls back when something changed. When the workspace goes away it says so and tries again for ever. */
export function listen(on: Hearing): void {
  const source = new EventSource("lab/events");
  source.addEventListener("open", () => on.found());
  source.addEventListener("message", ({ data }: MessageEvent<string>) => on.message((JSON.parse(data) as { channel: string }).channel));
  source.addEventListener("faults", () => on.faults());
  source.addEventListener("presence", () => on.presence());
  source.addEventListener("views", () => on.views());
  source.addEventListener("error", () => {
    source.close();
    on.lost();
    setTimeout(() => listen(on), retryAfter);
  });
}
