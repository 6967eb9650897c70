import { fail } from "../contract/failure.js";

/** A command line of the `openstack` program that only reads, taken apart. */
export interface Read {
  /** `port list`. */
  name: string;
  /** With the `--`, and its value if it takes one. */
  options: { name: string; value: string | null }[];
  /** Names or ids, none of which looks like an option. */
  things: string[];
}

interface Allowed {
  /** How many names or ids it takes: at least, at most. */
  things: readonly [number, number];
  flags: readonly string[];
  /** Options with a value. */
  values: readonly string[];
}

const show: Allowed = { things: [1, 1], flags: [], values: [] };
const plain: Allowed = { things: [0, 0], flags: ["long"], values: [] };
const lists = (flags: readonly string[], values: readonly string[], most = 0): Allowed => ({ things: [0, most], flags, values });

/** All that is run: noun and verb, and every option by its whole name. No option that names a file, a login or a log; no secrets. */
export const reads: Readonly<Record<string, Allowed>> = {
  "network agent list": lists(["long"], ["agent-type", "host"]),
  "network agent show": show,
  "network list": lists(["external", "internal", "long", "enable", "disable", "share", "no-share"], ["name", "project", "status"]),
  "network show": show,
  "subnet list": lists(["long", "dhcp", "no-dhcp"], ["ip-version", "project", "network", "gateway", "name", "subnet-range"]),
  "subnet show": show,
  "subnet pool list": lists(["long"], ["name", "project"]),
  "subnet pool show": show,
  "port list": lists(
    ["long"],
    ["device-owner", "host", "network", "server", "router", "device-id", "mac-address", "project", "name", "fixed-ip"],
  ),
  "port show": show,
  "security group list": lists([], ["project"]),
  "security group show": show,
  "security group rule list": lists(["long", "ingress", "egress"], ["protocol", "ethertype"], 1),
  "security group rule show": show,
  "floating ip list": lists(["long"], ["network", "port", "fixed-ip-address", "floating-ip-address", "status", "project", "router"]),
  "floating ip show": show,
  "router list": lists(["long", "enable", "disable"], ["name", "project", "agent"]),
  "router show": show,
  "network qos policy list": lists(["share", "no-share"], ["project"]),
  "network qos policy show": show,
  "network qos rule list": { things: [1, 1], flags: [], values: [] },
  "server list": lists(["all-projects", "long", "no-name-lookup"], ["host", "name", "status", "project", "ip", "limit"]),
  "server show": show,
  "compute service list": lists(["long"], ["host", "service"]),
  "hypervisor list": lists(["long"], ["matching"]),
  "hypervisor show": show,
  "aggregate list": plain,
  "aggregate show": show,
  "availability zone list": lists(["compute", "network", "long"], []),
  "flavor list": lists(["all", "long"], ["limit"]),
  "flavor show": show,
  "image list": lists(["long"], ["name", "status", "limit"]),
  "image show": show,
  "project list": lists(["long"], ["domain"]),
  "project show": show,
  "quota show": { things: [0, 1], flags: ["default"], values: [] },
};

/** Options that every read, or every list, takes: which columns, in which order. */
const common = (name: string): string[] => ["column", ...(name.endsWith(" list") ? ["sort-column"] : [])];
/** Words that start with these change something or show secrets, and are refused by name. */
const secret = /^(token|credential|ec2|application|access|secret|keypair|consumer|request|federation|trust|identity|user|config)$/;
const longest = 255;

/** Takes typed words for a read, or says which word is in the way. Throws `usage` or `denied`. */
export function readOf(words: readonly string[]): Read {
  const name = nameIn(words);
  const allowed = reads[name];
  if (allowed === undefined) throw fail("internal", `${name} vanished`);
  const read: Read = { name, options: [], things: [] };
  const rest = words.slice(name.split(" ").length);
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] ?? "";
    if (!word.startsWith("-")) {
      read.things.push(thing(word));
      continue;
    }
    const [, option = "", inline] = /^--([a-z][a-z-]*)(?:=(.*))?$/s.exec(word === "-c" ? "--column" : word) ?? [];
    const takes = [...allowed.values, ...common(name)].includes(option);
    if (!takes && !allowed.flags.includes(option)) throw refusedOption(name, word, allowed);
    if (!takes && inline !== undefined) throw fail("usage", `\`--${option}\` takes no value`);
    const value = takes ? (inline ?? rest[++at]) : null;
    if (value === undefined) throw fail("usage", `\`--${option}\` needs a value`);
    read.options.push({ name: `--${option}`, value: value === null ? null : thing(value) });
  }
  const [least, most] = allowed.things;
  if (read.things.length < least) throw fail("usage", `\`openstack ${name}\` needs a name or id`);
  if (read.things.length > most) throw fail("usage", `\`${cut(read.things[most] ?? "")}\` is one word too many for \`openstack ${name}\``);
  return read;
}

/** The longest run of leading words that is a read. */
function nameIn(words: readonly string[]): string {
  const end = words.findIndex((word) => word.startsWith("-"));
  const leading = (end < 0 ? words : words.slice(0, end)).map((word) => word.toLowerCase());
  for (let n = Math.min(4, leading.length); n > 1; n--) {
    const name = leading.slice(0, n).join(" ");
    if (Object.hasOwn(reads, name)) return name;
  }
  throw refusedName(leading, words);
}

function refusedName(leading: readonly string[], words: readonly string[]): Error {
  const said = cut(words.slice(0, Math.max(1, Math.min(leading.length, 3))).join(" "));
  if (secret.test(leading[0] ?? "")) return fail("denied", `\`openstack ${said}\` is about logins and secrets, which are never shown here`);
  const noun = leading[0] ?? "";
  const alike = Object.keys(reads).filter((name) => name.startsWith(`${noun} `));
  const verb = leading.find((word) =>
    /^(create|delete|set|unset|add|remove|issue|revoke|lock|migrate|reboot|rebuild|stop|start)$/.test(word),
  );
  if (verb !== undefined)
    return fail("denied", `\`openstack ${said}\` changes something; only reads are run here`, {
      hint: alike.length > 0 ? `reads: ${alike.join(", ")}` : "see `help openstack`",
    });
  const nouns = [...new Set(Object.keys(reads).map((name) => name.split(" ").slice(0, -1).join(" ")))];
  return fail("usage", `\`openstack ${said}\` is not one of the reads`, {
    hint: alike.length > 0 ? `reads: ${alike.join(", ")}` : `reads are \`list\` and \`show\` of ${nouns.join(", ")}`,
  });
}

function refusedOption(name: string, word: string, { flags, values }: Allowed): Error {
  const all = [...flags, ...values, ...common(name)].map((option) => `--${option}`);
  return fail("usage", `\`openstack ${name}\` takes no \`${cut(word.split("=")[0] ?? "")}\` here`, {
    hint: `options: ${all.join(", ")}; the form of the output is the bot's own`,
  });
}

/** A name, an id, a filter: one word of argv that cannot be taken for an option. */
function thing(word: string): string {
  if (word === "") throw fail("usage", "a name is empty");
  if (word.startsWith("-") || word.length > longest || /\p{Cc}/u.test(word)) throw fail("usage", `\`${cut(word)}\` cannot be a name or id`);
  return word;
}

const cut = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
