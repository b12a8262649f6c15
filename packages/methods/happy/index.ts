/** Happy: continual generalised category discovery (Ma et al. 2024, arXiv 2410.06535). */
export { bestAssignment } from './assignment.ts';
export { ABLATION, BASELINES, type Recipe, semiSupervisedLabels, withCentres } from './baselines.ts';
export { DESCENT, descend } from './descent.ts';
export {
  type Accuracy,
  clusterAccuracy,
  discovery,
  forgetting,
  hardnessBias,
  identityAccuracy,
  predictionBias,
} from './evaluation.ts';
export { type InitialHeadsOptions, initialHeads } from './initial-heads.ts';
export { type Clustering, type KMeansOptions, kMeans } from './k-means.ts';
export { type Labelled, type Schedule, type StageChoices, trainInitial, trainStage } from './learner.ts';
export {
  cosineLogits,
  crossEntropyTo,
  featureDistillation,
  type Groups,
  groupEntropy,
  infoNce,
  meanEntropy,
  oldHeadDistillation,
  onlyHeads,
  selfDistillation,
  supervisedContrast,
  TAU_P,
} from './losses.ts';
export { groupMass, type Model, nearestHeads, type Prediction, predict } from './model.ts';
export { classTfIdf } from './naming.ts';
export { type Adapter, embed } from './network.ts';
export { HAPPY, initialLoss, type StageWeights, stageLoss, TAU_T } from './objectives.ts';
export {
  appendPrototypes,
  drawPrototypes,
  hardnessOf,
  type Prototypes,
  prototypesOf,
  samplingOf,
} from './prototypes.ts';
export { chosenRows, type Rows, rowOf, rows, unitRows } from './rows.ts';
export { cosineRate, teacherTemperature } from './schedules.ts';
export { estimateNewClasses, silhouette } from './silhouette.ts';
export { type Execution, openTrainer, type Shape, type StageOptions, type Trainer } from './trainer.ts';
export { plainViews, singleViews, type ViewPool } from './views.ts';
