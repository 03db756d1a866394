// Suggests facts, people, categories and countries while one types into a field with data-pick; the field works without it.
import { $$, h } from "./dom.js";

const WAIT_MS = 150;

for (const input of $$("input[data-pick]")) {
  const list = input.list ?? made(input);
  let timer = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => offer(input, list), WAIT_MS);
  });
  input.addEventListener("focus", () => offer(input, list), { once: true });
}

function made(input) {
  const list = h("datalist", { id: `${input.id}-offers` });
  input.after(list);
  input.setAttribute("list", list.id);
  return list;
}

async function offer(input, list) {
  const isMany = input.dataset.pickMany === "yes";
  const parts = input.value.split(/[;,]/);
  const word = (isMany ? parts.at(-1) : input.value).trim();
  const before = isMany ? parts.slice(0, -1).map((part) => part.trim()).join("; ") : "";
  const answer = await fetch(`/facts/offers?kinds=${encodeURIComponent(input.dataset.pick)}&q=${encodeURIComponent(word)}`);
  if (!answer.ok) return;
  const { offers } = await answer.json();
  list.replaceChildren(
    ...offers.map(({ value, label }) => h("option", { value: before ? `${before}; ${value}` : value, label })),
  );
}
