/** The MLP and the twenty recurrent networks in TensorFlow.js on its WebAssembly backend. Plain JavaScript: its types are not installed for the tests. */

import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';

function momentum(params, loss, rate, mu) {
  const optimiser = mu === 0 ? tf.train.sgd(rate) : tf.train.momentum(rate, mu);
  return () => {
    optimiser.minimize(loss, false, params);
  };
}

function mlp() {
  const sizes = [784, 256, 256, 10];
  const w = sizes.slice(1).map((out, i) => tf.variable(tf.randomNormal([sizes[i], out], 0, 1 / Math.sqrt(sizes[i]))));
  const b = sizes.slice(1).map((out) => tf.variable(tf.zeros([out])));
  const x = tf.randomNormal([128, 784]);
  const y = tf.oneHot(tf.randomUniform([128], 0, 10, 'int32'), 10);
  const loss = () => {
    let h = x;
    for (const [i, weights] of w.entries()) {
      h = tf.add(tf.matMul(h, weights), b[i]);
      if (i < w.length - 1) h = tf.relu(h);
    }
    return tf.losses.softmaxCrossEntropy(y, h);
  };
  return momentum([...w, ...b], loss, 0.01, 0);
}

/** All twenty in batched products, as ours; one after the other it is slower still. */
function rnns() {
  const [seeds, hidden, time, batch] = [20, 50, 8, 16];
  const wIn = tf.variable(tf.randomNormal([seeds, 3, hidden], 0, 0.5));
  const w = tf.variable(tf.randomNormal([seeds, hidden, hidden], 0, 1 / Math.sqrt(hidden)));
  const b = tf.variable(tf.zeros([seeds, 1, hidden]));
  const out = tf.variable(tf.randomNormal([seeds, hidden, 3], 0, 0.1));
  const outB = tf.variable(tf.zeros([seeds, 1, 3]));
  const xs = Array.from({ length: time }, () => tf.randomNormal([seeds, batch, 3]));
  const ys = Array.from({ length: time }, () => tf.oneHot(tf.randomUniform([seeds * batch], 0, 3, 'int32'), 3));
  const loss = () => {
    let h = tf.zeros([seeds, batch, hidden]);
    const terms = xs.map((x, t) => {
      h = tf.relu(tf.add(tf.add(tf.matMul(x, wIn), tf.matMul(h, w)), b));
      const logits = tf.reshape(tf.add(tf.matMul(h, out), outB), [seeds * batch, 3]);
      return tf.losses.softmaxCrossEntropy(ys[t], logits);
    });
    return tf.mul(tf.addN(terms), seeds / time);
  };
  return momentum([wIn, w, b, out, outB], loss, 0.003, 0.9);
}

const steps = new Map();

export const peer = {
  name: 'TensorFlow.js',
  description: () => `tfjs ${tf.version_core}, ${tf.getBackend()}`,
  async run(workload, count) {
    let step = steps.get(workload);
    if (!step) {
      setWasmPaths('/tfjs/');
      setThreadsCount(Number(new URLSearchParams(location.search).get('threads') ?? 1));
      await tf.setBackend('wasm');
      step = workload === 'mlp' ? mlp() : rnns();
      for (let i = 0; i < 3; i++) step();
      steps.set(workload, step);
    }
    const startedAt = performance.now();
    for (let i = 0; i < count; i++) step();
    return (performance.now() - startedAt) / count; // its WebAssembly kernels return when they are done
  },
};
