import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Outcome } from "../contract/outcome.js";

interface Metered {
  cluster: string;
  running(): number;
  /** Milliseconds since etcd last confirmed the worker's copy of its keys; null = there is none, or it does not answer. */
  copyAge(): Promise<number | null>;
}

/** Counts a worker's outcomes, how long they took and what ran for them, and tells how many jobs run right now. */
export function workerMeter({ cluster, running, copyAge }: Metered): {
  registry: Registry;
  outcome: (outcome: Outcome) => void;
} {
  const registry = new Registry();
  registry.setDefaultLabels({ cluster });
  const made = { registers: [registry] };
  const outcomes = new Counter({
    ...made,
    name: "calico_chatops_outcomes_total",
    help: "Outcomes by ok or the failure's code",
    labelNames: ["code"],
  });
  const seconds = new Histogram({
    ...made,
    name: "calico_chatops_job_seconds",
    help: "How long jobs took, from taken to outcome",
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 15, 30],
  });
  const calls = new Counter({
    ...made,
    name: "calico_chatops_remote_calls_total",
    help: "Remote commands and API calls behind the outcomes",
  });
  const current = new Gauge({
    name: "calico_chatops_jobs_running",
    help: "Jobs that run right now",
    registers: [],
    collect() {
      this.set(running());
    },
  });
  const age = new Gauge({
    name: "calico_chatops_etcd_copy_age_seconds",
    help: "Since etcd last confirmed the worker's copy of its keys; NaN = there is none",
    registers: [],
    async collect() {
      const ms = await copyAge().catch(() => null);
      this.set(ms === null ? Number.NaN : ms / 1000);
    },
  });
  registry.registerMetric(current);
  registry.registerMetric(age);
  return {
    registry,
    outcome({ ok, failure, started, ended, evidence }) {
      outcomes.inc({ code: ok ? "ok" : (failure?.code ?? "internal") });
      seconds.observe(Math.max(0, ended - started) / 1000);
      calls.inc(evidence.length);
    },
  };
}
