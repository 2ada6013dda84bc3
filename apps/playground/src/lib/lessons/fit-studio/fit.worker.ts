import type { Reply, Request } from "./protocol.ts";
import { work } from "./work.ts";

self.onmessage = (event: MessageEvent<Request>) => {
  work(event.data, (reply: Reply) => self.postMessage(reply));
};
