import type { Api, Place } from "./api.js";
import type { Passwords } from "./plane.js";

interface Named {
  id: string;
  name: string;
}

/** Neutron's user and endpoints, the bot's user with the role that may list agents, and one who may not; and the project of the VMs. */
export async function makeUsers(api: Api, place: Place, passwords: Passwords): Promise<{ project: Named }> {
  const [roles, projects] = [await api.list<Named>("identity", "/roles"), await api.list<Named>("identity", "/projects")];
  const grant = async (user: Named, project: Named, role: string): Promise<void> =>
    api.put("identity", `/projects/${project.id}/users/${user.id}/roles/${named(roles, role).id}`);
  const service = await makeProject(api, "service");
  const project = await makeProject(api, "shop");
  await grant(await makeUser(api, "neutron", passwords.neutron), service, "admin");
  await grant(await makeUser(api, "chatops", passwords.chatops), named(projects, "admin"), "admin");
  await grant(await makeUser(api, "member", passwords.member), project, "member");
  const { id } = await api.create<Named>("identity", "/services", { service: { type: "network", name: "neutron" } });
  for (const kind of ["public", "internal", "admin"])
    await api.create("identity", "/endpoints", {
      endpoint: { interface: kind, region_id: "RegionOne", service_id: id, url: place.network },
    });
  return { project };
}

const makeProject = (api: Api, name: string): Promise<Named> =>
  api.create<Named>("identity", "/projects", { project: { name, domain_id: "default" } });

const makeUser = (api: Api, name: string, password: string): Promise<Named> =>
  api.create<Named>("identity", "/users", { user: { name, password, domain_id: "default" } });

function named(all: readonly Named[], name: string): Named {
  const found = all.find((one) => one.name === name);
  if (!found) throw new Error(`Keystone has no ${name}; there are ${all.map((one) => one.name).join(", ")}`);
  return found;
}
