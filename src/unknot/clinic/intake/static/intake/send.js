// Sends the form after each change, waits a moment first, and keeps everything if it fails.

const PAUSE_MS = 250;

export class Sender extends EventTarget {
  #timer = 0;
  #running = null;
  #asked = 0;

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
    this.#running?.abort();
    const running = (this.#running = new AbortController());
    const number = ++this.#asked;
    this.#tell("working");
    try {
      const response = await fetch(this.url, {
        method: "POST", body: this.collect(new FormData(this.form)), signal: running.signal,
        headers: { "X-Unknot-Partial": "1" },
      });
      const html = await response.text();
      if (number !== this.#asked) return;
      this.#tell(response.ok ? "done" : "refused", html);
    } catch (error) {
      if (error.name !== "AbortError" && number === this.#asked) this.#tell("failed");
    }
  }

  #tell(type, html = "") {
    this.dispatchEvent(new CustomEvent(type, { detail: html }));
  }
}
