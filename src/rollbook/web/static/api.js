// Starts Swagger UI on the page, in the reader's colour scheme, and gets tokens where a door has a log-in.

const place = document.getElementById("ui");
const dark = matchMedia("(prefers-color-scheme: dark)");

function showScheme() {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
}

dark.addEventListener("change", showScheme);
showScheme();

const ui = SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});

function tokenIn(answer, way) {
  return way.split(".").reduce((held, key) => held?.[key], answer);
}

async function logIn(form) {
  const { path, nameField, secretField, token } = form.dataset;
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ [nameField]: form.elements.name.value, [secretField]: form.elements.secret.value }),
  });
  if (!response.ok) {
    throw new Error(response.status === 401 ? "Wrong user name or password." : `The server answered ${response.status}.`);
  }
  ui.preauthorizeApiKey(place.dataset.scheme, tokenIn(await response.json(), token));
  form.elements.secret.value = "";
}

const form = document.getElementById("login");
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = form.querySelector("output");
  try {
    await logIn(form);
    said.textContent = "Signed in: requests on this page carry the token.";
  } catch (problem) {
    said.textContent = problem.message;
  }
});
