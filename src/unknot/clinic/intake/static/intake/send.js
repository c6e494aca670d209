// Sends the form after each change. Waits a moment first, has one request under way at a time (a
// newer change waits for its answer), and keeps everything if it fails.

const PAUSE_MS = 200;
const PATIENCE_MS = 30_000;

export class Sender extends EventTarget {
  #timer = 0;
  #running = false;
  #again = false;

  constructor(form, url, collect) {
    super();
    Object.assign(this, { form, url, collect });
  }

  soon(pause = PAUSE_MS) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now(), pause);
    this.#tell("waiting");
  }

  async now() {
    clearTimeout(this.#timer);
    if (this.#running) { this.#again = true; return; }
    this.#running = true;
    this.#again = false;
    this.#tell("waiting");
    try {
      const response = await fetch(this.url, {
        method: "POST", body: this.collect(new FormData(this.form)),
        headers: { "X-Unknot-Partial": "1" }, signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const html = await response.text();
      this.#running = false;
      this.#tell(response.ok ? "done" : "refused", html);
    } catch {
      this.#running = false;
      this.#tell("failed");
    }
    if (this.#again) this.now();
  }

  #tell(type, html = "") {
    this.dispatchEvent(new CustomEvent(type, { detail: html }));
  }
}
