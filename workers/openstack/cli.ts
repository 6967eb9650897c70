import { z } from "zod";
import type { Ask } from "../../src/cluster/ask.js";
import { type Read, readOf } from "../../src/cluster/openstack-reads.js";
import type { OpenStackConfig } from "../../src/config/valid.js";
import { fail } from "../../src/contract/failure.js";
import { note } from "../local/note.js";
import { createPrivateFolder, type PrivateFolder } from "../local/private-folder.js";
import { type Ran, run } from "../local/run.js";
import { complaint } from "./cli-complaint.js";
import { type CloudFiles, cloudName, writeCloud } from "./cloud-files.js";

/** It starts in a second, ten on a loaded machine, and gives up on a silent server by no limit of its own, ms. */
export const cliTimeout = 25_000;
const maxBytes = 8 * 1024 * 1024;
const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const missing = "install python3-openstackclient on the worker, or mend `openstack.cli`";

/** The `openstack` program on the worker's machine, for reads that somebody types by hand. */
export interface Cli {
  read(words: readonly string[], ask: Ask): Promise<unknown>;
  close(): void;
}

export function createCli(config: OpenStackConfig, timeoutMs = cliTimeout): Cli {
  const folder = createPrivateFolder((write) => writeCloud(config, write));
  const closing = new AbortController();
  return {
    async read(words, ask) {
      const argv = argvOf(readOf(words));
      if (config.cli === null)
        throw fail("tool_missing", "the openstack program is switched off on this worker", { hint: "set `openstack.cli`" });
      if (closing.signal.aborted) throw fail("cancelled", "the worker stops");
      const signal = AbortSignal.any([ask.signal, closing.signal]);
      const options = { env: environment(folder), signal, timeoutMs, maxBytes, missing };
      const ran = await run(config.cli, argv, options);
      note(ask, { where: "worker", what: ["openstack", ...argv].map(shown).join(" "), ...ran });
      return answered(ran, timeoutMs);
    },
    close() {
      closing.abort();
      folder.remove();
    },
  };
}

/** Values are tied to their options, so that none is taken for another option; the form is always JSON. */
function argvOf({ name, options, things }: Read): string[] {
  const given = options.map((option) => (option.value === null ? option.name : `${option.name}=${option.value}`));
  return [...name.split(" "), ...given, "-f", "json", ...things];
}

/** Nothing of the worker's own environment: one OS_ variable too many overrides the file. */
function environment(folder: PrivateFolder<CloudFiles>): Record<string, string> {
  const { home, clouds, secure } = folder.files();
  return {
    PATH: path,
    HOME: home,
    LANG: "C.UTF-8",
    OS_CLIENT_CONFIG_FILE: clouds,
    OS_CLIENT_SECURE_FILE: secure,
    OS_CLOUD: cloudName,
  };
}

const Rows = z.union([z.array(z.record(z.string(), z.unknown())), z.record(z.string(), z.unknown())]);

function answered(ran: Ran, timeoutMs: number): unknown {
  if (ran.end === "aborted") throw fail("cancelled", "openstack was stopped");
  if (ran.end === "too_large")
    throw fail("too_large", `openstack printed more than ${maxBytes / 1024 / 1024} MiB`, { hint: "add a filter" });
  if (ran.end === "timeout")
    throw fail("timeout", `openstack gave no answer in ${timeoutMs / 1000} s: it never gives up on a server that is silent`, {
      hint: "look at Neutron in `status`",
    });
  if (ran.exit !== 0) throw complaint(ran);
  try {
    return Rows.parse(JSON.parse(ran.stdout));
  } catch (error) {
    throw fail("unreadable_output", "openstack did not print the JSON it was asked for", { cause: error });
  }
}

const shown = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
