/** The simulated model, for whoever serves it; the experiment itself is loaded by the registry. */
export { type BundledSession, bundledModel, DEMO_FAULTS, type DemoFault } from './bundled.ts';
export { CONTROLS, type ControlName, FAULTS, type Fault, type FaultName } from './model/faults.ts';
export { type CallPlace, type Complete, simulatedModel, tokens } from './model/simulated-model.ts';
export { VARIANTS, VIGNETTES, type VignetteId, type World, worldOf } from './vignettes/index.ts';
