import { z } from "zod";
import { onBot } from "../src/command/define.js";
import type { JobEntry } from "../src/command/desk.js";
import { view } from "../src/contract/view.js";
import { ago, count } from "../src/diagnosis/say.js";

/** Longer ago than this is history, ms. */
const lately = 15 * 60_000;

/** What runs, what waits and what was lately answered, as the bots know it. */
export default onBot({
  summary: "running, waiting and lately answered jobs, with their ids",
  details: [
    "without --all: what waits or runs, and what was answered in the last 15 minutes",
    "`waiting` turns into `running` when the worker's sign of life names the job, within seconds",
  ],
  examples: ["jobs", "jobs --all"],
  args: z.object({ all: z.boolean().default(false).meta({ description: "everything that is still known, which is two hours" }) }),
  risk: "read",
  role: "viewer",
  async run(desk, { all }, { channel }) {
    const known = await desk.jobs();
    const shown = known.filter((job) => all || job.answeredMs === null || job.answeredMs <= lately);
    const open = shown.filter((job) => job.state !== "answered");
    const running = open.filter((job) => job.state === "running").length;
    const text = open.length === 0 ? "nothing runs and nothing waits" : `${running} running, ${open.length - running} waiting`;
    const card = view(
      "info",
      text,
      `${count(shown.length - open.length, "job")} answered ${all ? "in the last 2 hours" : "in the last 15 minutes"}`,
    );
    if (shown.length > 0)
      card.sections.push({ kind: "table", columns, rows: [...open, ...shown.filter(answered)].map((job) => row(job, channel)) });
    const first = open[0];
    if (first !== undefined) card.actions.push({ label: "Cancel the newest", line: `cancel ${first.id}`, style: "danger" });
    card.again = all ? "jobs --all" : "jobs";
    card.actions.push({ label: "Refresh", line: card.again });
    return card;
  },
});

const answered = (job: JobEntry): boolean => job.state === "answered";

const columns = ["state", "line", "cluster", "who", "where", "since", "worker", "id"].map((title) => ({ title }));

function row(job: JobEntry, here: string | null): string[] {
  const where = job.channel === null ? "terminal" : job.channel === here ? "here" : job.channel;
  const state = job.outcome === null ? job.state : `answered ${job.outcome}`;
  return [state, job.line, job.cluster, job.who, where, `${ago(job.ageMs)} ago`, job.worker ?? "-", job.id];
}
