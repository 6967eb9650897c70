import { z } from "zod";
import { onBot } from "../src/command/define.js";
import { view } from "../src/contract/view.js";
import { ago, count } from "../src/diagnosis/say.js";

/** Which clusters there are and whether somebody can ask them: a silent one is red, not missing. */
export default onBot({
  summary: "the configured clusters and whether a worker of each is alive",
  examples: ["clusters"],
  args: z.object({}),
  risk: "read",
  role: "viewer",
  async run(desk) {
    const all = await desk.clusters();
    const silent = all.filter((cluster) => cluster.workers.length === 0);
    const text =
      silent.length === 0
        ? `${count(all.length, "cluster")}, each with a worker`
        : `no worker is alive for ${silent.map((cluster) => cluster.name).join(", ")}`;
    const card = view(
      silent.length === 0 ? "ok" : "bad",
      text,
      silent.length === 0 ? undefined : "start `calico-chatops worker` there, or check its way to Redis",
    );
    card.sections.push({
      kind: "table",
      columns: [{ title: "cluster" }, { title: "hosts", align: "right" }, { title: "workers" }],
      rows: all.map(({ name, hosts, workers }) => [
        name,
        String(hosts),
        workers
          .map((worker) => `${worker.worker} (${worker.version}, ${worker.running} running, seen ${ago(worker.ageMs)} ago)`)
          .join("; ") || "none alive",
      ]),
    });
    card.again = "clusters";
    return card;
  },
});
