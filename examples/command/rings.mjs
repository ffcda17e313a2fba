// Two rings of points, one inside the other, told apart by a hidden layer of tanh. Everything it needs stands in its configuration.
import { readFileSync, renameSync, writeFileSync, existsSync } from "node:fs";

const settings = JSON.parse(process.env.SWEEP_CONFIGURATION);
const [hidden, rate, epochs] = [settings["hyperparameters.hidden"], settings["hyperparameters.rate"], settings["training.epochs"]];
const state = `${process.env.SWEEP_CHECKPOINT}/state.json`;

// A generator of our own: the same numbers for the same seed, on every machine (mulberry32).
let word = Number(BigInt(process.env.SWEEP_SEED) & 0xffffffffn);
function random() {
  word = (word + 0x6d2b79f5) | 0;
  let t = Math.imul(word ^ (word >>> 15), 1 | word);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

const points = Array.from({ length: 400 }, (_, i) => {
  const [angle, outer] = [2 * Math.PI * random(), i % 2];
  const radius = (outer ? 1 : 0.4) + 0.3 * (random() - 0.5);
  return { x: [radius * Math.cos(angle), radius * Math.sin(angle), 1], y: outer, train: i % 10 < 7 };
});
let model = { epoch: 0, inner: Array.from({ length: hidden }, () => [random() - 0.5, random() - 0.5, random() - 0.5]), outer: Array.from({ length: hidden + 1 }, () => random() - 0.5) };
if (existsSync(state)) {
  model = JSON.parse(readFileSync(state, "utf8"));
  console.log(`goes on after epoch ${model.epoch}`);
}

function predict(x) {
  const units = [...model.inner.map((w) => Math.tanh(w[0] * x[0] + w[1] * x[1] + w[2])), 1];
  return { units, p: 1 / (1 + Math.exp(-units.reduce((sum, unit, j) => sum + unit * model.outer[j], 0))) };
}

const loss = (p, y) => -Math.log(Math.max(1e-12, y ? p : 1 - p));
const mean = (numbers) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

while (model.epoch < epochs) {
  const losses = [];
  for (const { x, y } of points.filter((point) => point.train)) {
    const { units, p } = predict(x);
    losses.push(loss(p, y));
    const error = p - y;
    model.inner = model.inner.map((w, j) => w.map((one, i) => one - rate * error * model.outer[j] * (1 - units[j] ** 2) * x[i]));
    model.outer = model.outer.map((w, j) => w - rate * error * units[j]);
  }
  model.epoch += 1;
  const held = points.filter((point) => !point.train).map(({ x, y }) => ({ p: predict(x).p, y }));
  console.log(JSON.stringify({
    epoch: model.epoch, training: mean(losses), validation: mean(held.map(({ p, y }) => loss(p, y))), accuracy: mean(held.map(({ p, y }) => (p > 0.5) === (y === 1) ? 1 : 0)),
  }));
  writeFileSync(`${state}.new`, JSON.stringify(model));
  renameSync(`${state}.new`, state);
}
