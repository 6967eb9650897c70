import { createConnection } from "node:net";

/** Whether a TCP port takes connections at all: tells a hung sshd from a host that is cut off. */
export function takesConnections(address: string, port: number, within = 700): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: address, port });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(within, end(false));
    socket.once("connect", end(true));
    socket.once("error", end(false));
  });
}
