import { Counter, Registry } from "prom-client";

/** What the bot counts: the events of the audit record fit. */
export interface CountedEvent {
  what: "asked" | "answered" | "cancel" | "change";
  clusters: readonly string[];
  code: string;
}

/** Counts requests, answers and cancels. Labels are clusters of the configuration and codes of failures: few, and nothing that people type. */
export function botMeter(): { registry: Registry; event: (event: CountedEvent) => void } {
  const registry = new Registry();
  const made = { registers: [registry] };
  const requests = new Counter({
    ...made,
    name: "calico_chatops_requests_total",
    help: "Requests by what became of them at once: queued, shown, or the code of the refusal",
    labelNames: ["code"],
  });
  const answers = new Counter({
    ...made,
    name: "calico_chatops_answers_total",
    help: "Answered jobs by cluster and by ok or the failure's code",
    labelNames: ["cluster", "code"],
  });
  const cancels = new Counter({
    ...made,
    name: "calico_chatops_cancels_total",
    help: "Cancels by what became of them",
    labelNames: ["code"],
  });
  const changes = new Counter({
    ...made,
    name: "calico_chatops_changes_total",
    help: "Moves of changes by cluster and the state that they came to",
    labelNames: ["cluster", "state"],
  });
  return {
    registry,
    event({ what, clusters, code }) {
      if (what === "asked") requests.inc({ code });
      else if (what === "cancel") cancels.inc({ code });
      else if (what === "change") for (const cluster of clusters) changes.inc({ cluster, state: code });
      else for (const cluster of clusters) answers.inc({ cluster, code });
    },
  };
}
