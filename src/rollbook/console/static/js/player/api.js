/** Talking to the server. `Refused` is an answer that says no; anything else that goes wrong may go well later. */
export class Refused extends Error {
  constructor(status, error) {
    super(error.message);
    this.status = status;
    this.details = error.details ?? {};
  }
}

export class Api {
  constructor(token) {
    this.token = token;
  }

  get(path) {
    return this.#send(path, {});
  }

  post(path, body, { isLast = false } = {}) {
    // A page that is being closed may only send what outlives it.
    return this.#send(path, { method: "POST", body: JSON.stringify(body), keepalive: isLast });
  }

  async #send(path, options) {
    const headers = { authorization: `Bearer ${this.token}` };
    if (options.body) headers["content-type"] = "application/json";
    const answer = await fetch(path, { ...options, headers, credentials: "omit", cache: "no-store" });
    if (answer.ok) return answer.json();
    if (answer.status >= 500 || answer.status === 429) throw new Error(`The server answered ${answer.status}`);
    const told = await answer.json().catch(() => ({}));
    throw new Refused(answer.status, told.error ?? { message: "The server would not do this." });
  }
}
