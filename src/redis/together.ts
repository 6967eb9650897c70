import { Redis } from "ioredis";

/**
 * A connection whose commands of one turn of the event loop go out in one write: what a busy process asks at the same time costs it,
 * and Redis, one system call. Nothing is delayed beyond that turn, and the order stays.
 */
export class Together extends Redis {
  private held = false;

  override sendCommand(...sent: Parameters<Redis["sendCommand"]>): unknown {
    const { stream } = this;
    if (!this.held && this.status === "ready" && stream !== undefined) {
      this.held = true;
      stream.cork();
      process.nextTick(() => {
        this.held = false;
        stream.uncork();
      });
    }
    return super.sendCommand(...sent);
  }
}
