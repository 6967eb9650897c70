import { nearest } from "../contract/nearest.js";
import type { Context } from "./context.js";
import type { RawConfig } from "./raw.js";

const reserved: Readonly<Record<string, string>> = { all: "means every cluster", bot: "is where the bots keep their own keys in Redis" };

/** Checks what one part of the file says about another: names that are there twice, or not at all. */
export function checkNames(raw: RawConfig, context: Context): void {
  const { cluster, role, complain, whole } = context;
  const names = raw.clusters.map(({ name }) => name);
  raw.clusters.forEach(({ name }, i) => {
    if (names.indexOf(name) !== i) complain(["clusters", i, "name"], `there are two clusters \`${name}\``, "give one of them another name");
    const taken = reserved[name];
    if (taken !== undefined)
      complain(["clusters", i, "name"], `\`${name}\` ${taken} and cannot be the name of a cluster`, "name it after its place");
  });
  if (whole(["clusters"])) {
    if (role === "worker") checkWorker(raw, { cluster, complain, names });
    checkChannels(raw, complain, names);
  }
  const ids = raw.access.channels.map(({ id }) => id);
  ids.forEach((id, i) => {
    if (ids.indexOf(id) !== i) complain(["access", "channels", i, "id"], `channel ${id} is there twice`, "put its clusters into one entry");
  });
}

function checkChannels(raw: RawConfig, complain: Context["complain"], names: readonly string[]): void {
  raw.access.channels.forEach((channel, i) => {
    channel.clusters.forEach((name, at) => {
      if (!names.includes(name)) complain(["access", "channels", i, "clusters", at], `there is no cluster \`${name}\``, which(name, names));
    });
  });
}

function checkWorker(
  raw: RawConfig,
  { cluster, complain, names }: Pick<Context, "cluster" | "complain"> & { names: readonly string[] },
): void {
  const hint = "a worker's file has `worker:` in its cluster";
  if (cluster !== null && !names.includes(cluster)) complain([], `there is no cluster \`${cluster}\``, which(cluster, names));
  else if (cluster !== null && !raw.clusters.some(({ name, worker }) => name === cluster && worker))
    complain([], `cluster ${cluster} has no worker`, hint);
  else if (!raw.clusters.some(({ worker }) => worker)) complain([], "no cluster has a `worker:` section", hint);
}

function which(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  return near === null ? `there are: ${names.join(", ")}` : `did you mean \`${near}\`?`;
}
